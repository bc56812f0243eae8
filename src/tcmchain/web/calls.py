"""What doors that write answer: calls for the caller to sign."""

from pydantic import BaseModel, Field


class CallView(BaseModel):
    """A contract call, to be signed as a transaction and handed in at ``/rpc/{chain}``."""

    chain: str
    chainId: int = Field(description="EIP-155 id")  # noqa: N815
    contract: str
    function: str
    to: str
    data: str
    gas: int


class CallsView(BaseModel):
    """Calls in the order in which they are to be sent; each is followed at ``/api/receipts/{chain}/{tx}``."""

    calls: list[CallView]
