"""What doors that write take."""

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """A body that takes no unknown fields."""

    model_config = ConfigDict(extra="forbid")
