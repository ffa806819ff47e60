package datasets

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"image"
	"math"

	"golang.org/x/image/draw"
)

// scale writes a picture in the folder's size and channels.
func (f *imageFolder) scale(m image.Image, pixels []byte) {
	from := m.Bounds()
	if f.crop {
		from = cropped(from, f.height, f.width)
	}
	to := image.NewRGBA(image.Rect(0, 0, f.width, f.height))
	draw.CatmullRom.Scale(to, to.Bounds(), m, from, draw.Src, nil)
	for i := range f.height * f.width {
		r, g, b := to.Pix[4*i], to.Pix[4*i+1], to.Pix[4*i+2]
		if f.gray {
			pixels[i] = byte(math.Round(0.299*float64(r) + 0.587*float64(g) + 0.114*float64(b)))
			continue
		}
		pixels[3*i], pixels[3*i+1], pixels[3*i+2] = r, g, b
	}
}

// cropped is the largest part in the middle of r that is as wide to its height as
// the new size.
func cropped(r image.Rectangle, height, width int) image.Rectangle {
	w, h := r.Dx(), r.Dy()
	if w*height > h*width {
		w = max(1, h*width/height)
	} else {
		h = max(1, w*height/width)
	}
	at := r.Min.Add(image.Pt((r.Dx()-w)/2, (r.Dy()-h)/2))
	return image.Rectangle{Min: at, Max: at.Add(image.Pt(w, h))}
}

// mostOfHead is in how many bytes at the head of a file a camera's note is looked for: one
// segment has no more, and the note is the first, or behind a short one.
const mostOfHead = 1 << 16

// orientation is how a camera was held, 1 to 8, as the Exif note in front of a JPEG file's
// pixels says (tag 0x0112; CIPA DC-008, 4.6.4), or 1 where there is no such note among the
// first bytes that r holds.
func orientation(r *bufio.Reader) int {
	head, _ := r.Peek(mostOfHead)
	for at := 2; at+4 <= len(head) && head[at] == 0xff; { // segments: ff, kind, length of what follows
		if head[at+1] == 0xff { // one more ff in front of a kind fills up
			at++
			continue
		}
		length := int(binary.BigEndian.Uint16(head[at+2:]))
		if head[at+1] == 0xe1 {
			if note, ok := bytes.CutPrefix(head[at+4:min(len(head), at+2+length)], []byte("Exif\x00\x00")); ok {
				return orientationTag(note)
			}
		}
		at += 2 + length
	}
	return 1
}

// orientationTag looks for the tag in the first table of a TIFF structure.
func orientationTag(note []byte) int {
	if len(note) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if note[0] == 'I' {
		order = binary.LittleEndian
	}
	table := int(order.Uint32(note[4:]))
	if table < 0 || table+2 > len(note) {
		return 1
	}
	entries := note[table+2:]
	for range order.Uint16(note[table:]) {
		if len(entries) < 12 {
			break
		}
		if order.Uint16(entries) == 0x0112 {
			if o := int(order.Uint16(entries[8:])); o >= 1 && o <= 8 {
				return o
			}
		}
		entries = entries[12:]
	}
	return 1
}

// upright turns and mirrors a picture so that it stands as the camera saw it.
func upright(m image.Image, orientation int) image.Image {
	if orientation == 1 {
		return m
	}
	b := m.Bounds()
	w, h := b.Dx(), b.Dy()
	if orientation >= 5 { // the sides change places
		w, h = h, w
	}
	// Colours are converted row by row, in place of one call a pixel: a photograph has millions.
	stored := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(stored, stored.Rect, m, b.Min, draw.Src)
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			from := image.Pt(x, y)
			switch orientation {
			case 2:
				from = image.Pt(w-1-x, y)
			case 3:
				from = image.Pt(w-1-x, h-1-y)
			case 4:
				from = image.Pt(x, h-1-y)
			case 5:
				from = image.Pt(y, x)
			case 6:
				from = image.Pt(y, w-1-x)
			case 7:
				from = image.Pt(h-1-y, w-1-x)
			case 8:
				from = image.Pt(h-1-y, x)
			}
			copy(to.Pix[4*(y*w+x):][:4], stored.Pix[4*(from.Y*b.Dx()+from.X):])
		}
	}
	return to
}
