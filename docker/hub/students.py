"""A student's server: the classroom's image with limits, and a volume of his own. The names of
both begin with DockerSpawner's prefix."""

import asyncio
import contextlib
import math

import docker
from docker.errors import APIError, DockerException
from docker.types import Ulimit
from dockerspawner import DockerSpawner
from jupyterhub.traitlets import ByteSpecification
from traitlets import Float, Unicode

from roll import NAME

WORK = "/trabalho"


class Student(DockerSpawner):
    disk = ByteSpecification("2G", config=True, help="how large a student's work may become")
    look_every = Float(10, config=True, help="seconds between two looks at its size, where the engine cannot limit it")
    course = Unicode("", config=True, help="a folder of the host with the course's notebooks, instead of the image's")
    data = Unicode("", config=True, help="a folder of the host with data sets for all")

    limited = False  # the engine keeps the volume in its size
    _looking, _looked, _sizes = asyncio.Lock(), 0.0, {}  # of all students
    _excess = {}  # how large the work of those may be who had more than they may

    @property
    def volume(self):
        return self.prefix + self.user.name

    def is_students(self, volume):
        """Not the hub's own, nor that of a class whose prefix ends with this one's."""
        return volume.startswith(self.prefix) and NAME.fullmatch(volume.removeprefix(self.prefix)) is not None

    async def start(self):
        self.volumes = {self.volume: WORK}
        self.read_only_volumes = {host: inside for host, inside in (
            (self.course, "/opt/nnlab/lab/notebooks"), (self.data, "/opt/nnlab/dados")) if host}
        one_file = Ulimit(name="fsize", soft=self.disk, hard=self.disk)  # which cannot be more than all of them
        self.extra_host_config = {**self.extra_host_config, "ulimits": [one_file]}
        await self.make_volume()
        if not self.limited:
            await self.let_in()
        return await super().start()

    async def let_in(self):
        """Who was stopped for having more comes back to delete: beyond what a server's own files
        take it may not grow, however often he comes."""
        most = Student._excess.pop(self.volume, math.inf)
        if await self.used() > self.disk and (used := await self.used(anew=True)) > self.disk:
            Student._excess[self.volume] = min(most, used + self.disk // 20)

    async def make_volume(self):
        """Makes the student's volume where there is none, of limited size where the engine can."""
        found = await self.docker("volumes", filters={"name": self.volume})
        for v in found.get("Volumes") or []:
            if v["Name"] == self.volume:
                self.limited = bool((v.get("Options") or {}).get("size"))
                return
        try:
            await self.docker("create_volume", self.volume, driver_opts={"size": str(self.disk)}, labels={"nnlab": self.user.name})
            self.limited = True
        except APIError as error:
            self.log.warning("the engine does not limit the size of volumes (%s); every %g s the hub looks at that of %s instead",
                             error.explanation, self.look_every, self.user.name)
            await self.docker("create_volume", self.volume, labels={"nnlab": self.user.name})

    async def poll(self):
        status = await super().poll()
        if status is None and not self.limited:
            used = await self.used()
            if used > Student._excess.get(self.volume, self.disk):
                self.log.warning("%s has %d MiB of work, more than %d: the server is stopped", self.user.name, used >> 20, self.disk >> 20)
                await self.stop(now=True)
                return 1
        return status

    async def used(self, anew=False):
        """How many bytes of the disk the student's work takes, as a look at all students' volumes says."""
        async with Student._looking:
            now = asyncio.get_running_loop().time()
            if anew or now - Student._looked >= self.look_every:
                Student._looked = now
                try:
                    found = await self.docker("volumes", filters={"name": self.prefix})
                    students = [v["Name"] for v in found.get("Volumes") or [] if self.is_students(v["Name"])]
                    Student._sizes = await asyncio.to_thread(sizes, self.image, students)
                except (DockerException, OSError) as error:
                    self.log.error("how large the students' work is cannot be told: %s", error)
        return Student._sizes.get(self.volume, 0)


# Blocks and files, of a folder each: a disk is full too when it has as many files as it can
# have. Files that vanish meanwhile are no failure.
COUNT = "cd /v && for of in --block-size=1 --inodes; do du --summarize $of -- * 2>/dev/null; done; true"
PER_FILE = 16384  # bytes of a disk that has one inode for so many, as ext4 is made


def sizes(image, volumes):
    """How many bytes of the disk volumes take, by name. The engine itself counts how long files
    are, which of many small ones is next to nothing."""
    if not volumes:
        return {}
    with contextlib.closing(docker.from_env()) as engine:
        said = engine.containers.run(image, entrypoint=["sh", "-c", COUNT], user="0", network_mode="none", remove=True, labels=["nnlab.look"],
                                     tmpfs={WORK: ""},  # else it gets a volume of its own, which stays
                                     volumes={v: {"bind": "/v/" + v, "mode": "ro"} for v in volumes})
    found = {}
    for line in said.decode().splitlines():
        number, name = line.split("\t")
        found.setdefault(name, []).append(int(number))
    return {name: max(blocks, files * PER_FILE) for name, (blocks, files) in found.items()}
