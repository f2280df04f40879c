using BleepStore.Storage.Backends.Bodies;

namespace BleepStore.Storage.Engine.Parts;

/// <summary>A part whose bytes are handed out only while its transfer goes on. The part itself stays the caller's to dispose.</summary>
internal sealed class GuardedPart(PartBody part, PartFlight flight) : PartBody(part.Size, part.Md5!.Value)
{
    public override Stream Open()
    {
        flight.Begin();
        return new GuardedStream(part.Open(), Size, flight);
    }

    public override void Dispose()
    {
    }

    private sealed class GuardedStream(Stream inner, long length, PartFlight flight) : PassingStream(inner)
    {
        private long _handedOut;

        protected override void Pass(int count)
        {
            _handedOut += count;
            flight.HandOut(areLast: _handedOut >= length);
        }
    }
}
