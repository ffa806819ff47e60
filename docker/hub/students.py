"""A student's server: the classroom's image with limits, and a volume of his own."""

import asyncio

from docker.errors import APIError
from docker.types import Ulimit
from dockerspawner import DockerSpawner
from jupyterhub.traitlets import ByteSpecification
from traitlets import Float, Unicode

WORK = "/trabalho"


class Student(DockerSpawner):
    disk = ByteSpecification("2G", config=True, help="how large a student's work may become")
    look_every = Float(10, config=True, help="seconds between two looks at its size, where the engine cannot limit it")
    course = Unicode("", config=True, help="a folder of the host with the course's notebooks, instead of the image's")
    data = Unicode("", config=True, help="a folder of the host with data sets for all")

    limited = False  # the engine keeps the volume in its size
    _looking, _looked, _sizes = asyncio.Lock(), 0.0, {}  # of all students

    @property
    def volume(self):
        return "nnlab-" + self.user.name

    async def start(self):
        self.volumes = {self.volume: WORK}
        self.read_only_volumes = {host: inside for host, inside in (
            (self.course, "/opt/nnlab/lab/notebooks"), (self.data, "/opt/nnlab/dados")) if host}
        one_file = Ulimit(name="fsize", soft=self.disk, hard=self.disk)  # which cannot be more than all of them
        self.extra_host_config = {**self.extra_host_config, "ulimits": [one_file]}
        await self.make_volume()
        return await super().start()

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
            if used > self.disk:
                self.log.warning("%s has %d MiB of work, more than %d: the server is stopped", self.user.name, used >> 20, self.disk >> 20)
                await self.stop(now=True)
                return 1
        return status

    async def used(self):
        """How many bytes the student's work takes, as the engine tells of all volumes at once."""
        async with Student._looking:
            now = asyncio.get_running_loop().time()
            if now - Student._looked >= self.look_every:
                Student._looked = now
                try:
                    volumes = (await self.docker("df")).get("Volumes") or []
                    Student._sizes = {v["Name"]: (v.get("UsageData") or {}).get("Size", 0) for v in volumes}
                except APIError as error:
                    self.log.error("the engine does not tell how large volumes are: %s", error)
        return Student._sizes.get(self.volume, 0)
