using System.Buffers;
using System.Diagnostics.Tracing;

namespace BleepStore.Storage.Tests.Support;

/// <summary>
/// Watches the shared pool of byte arrays. Arrays that are rented during its lifetime must be returned exactly once. Only for tests that
/// run alone, and only for arrays of the sizes that they use, because the test host has threads of its own.
/// </summary>
internal sealed class PoolListener(params int[] sizes) : EventListener
{
    private const int Rented = 1;
    private const int Returned = 3;
    private readonly Dictionary<int, int> _out = [];
    private readonly List<string> _faults = [];
    private int _rented;

    /// <summary>How many buffers were out at a time, at most.</summary>
    public int MostOut { get; private set; }

    public void RequireBalance()
    {
        lock (_out)
        {
            Assert.That(_faults, Is.Empty);
            Assert.That(_out.Where(static buffer => buffer.Value != 0), Is.Empty, "buffers still out");
            Assert.That(_rented, Is.Positive, "the listener saw the pool");
        }
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "System.Buffers.ArrayPoolEventSource")
        {
            EnableEvents(eventSource, EventLevel.Verbose);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.Payload is not [int buffer, int size, int pool, ..]
            || pool != ArrayPool<byte>.Shared.GetHashCode()
            || !sizes.Contains(size))
        {
            return;
        }

        lock (_out)
        {
            if (eventData.EventId == Rented)
            {
                _rented++;
                _out[buffer] = _out.GetValueOrDefault(buffer) + 1;
                MostOut = Math.Max(MostOut, _out.Values.Sum());
            }
            else if (eventData.EventId == Returned && _out.TryGetValue(buffer, out int times))
            {
                _out[buffer] = times - 1;
                if (times == 0)
                {
                    _faults.Add($"The buffer {buffer} was given back twice.");
                }
            }
        }
    }
}
