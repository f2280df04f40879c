using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Decorators.Encryption;

/// <summary>Tests the example of a key ring over a key management service.</summary>
public sealed class WrappedKeysTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly XorService _service = new();
    private readonly ScriptedBackend _stored = Encrypted.Disk();
    private readonly WrappedKeys _ring;

    public WrappedKeysTests() => _ring = new WrappedKeys(_service, "arn:master", _time);

    public void Dispose() => _ring.Dispose();

    [Test]
    public async Task The_service_is_asked_once_for_many_objects()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Encrypted.Bucket(_stored, _ring).PutAsync($"{number}", new byte[10])));
        for (int number = 0; number < 20; number++)
        {
            Assert.That(await Encrypted.ReadAsync(Encrypted.Bucket(_stored, _ring), $"{number}"), Is.EqualTo(new byte[10]));
        }

        Assert.That((_service.Wrapped, _service.Unwrapped), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task The_data_key_changes_after_a_while_and_old_objects_stay_readable()
    {
        Bucket bucket = Encrypted.Bucket(_stored, _ring);
        await bucket.PutAsync("old", new byte[10]);
        _time.Advance(TimeSpan.FromMinutes(11));
        await bucket.PutAsync("new", new byte[20]);
        using var other = new WrappedKeys(_service, "arn:next", _time);

        for (int time = 0; time < 2; time++)
        {
            Assert.That(await Encrypted.ReadAsync(Encrypted.Bucket(_stored, other), "old"), Has.Length.EqualTo(10));
            Assert.That(await Encrypted.ReadAsync(Encrypted.Bucket(_stored, other), "new"), Has.Length.EqualTo(20));
        }

        Assert.That((_service.Wrapped, _service.Unwrapped), Is.EqualTo((2, 2)));
    }

    /// <summary>A service whose master key is a byte.</summary>
    private sealed class XorService : IWrappingService
    {
        private int _wrapped;
        private int _unwrapped;

        public int Wrapped => _wrapped;

        public int Unwrapped => _unwrapped;

        public Task<byte[]> WrapAsync(string keyId, byte[] key, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _wrapped);
            return Task.FromResult(Xor(key));
        }

        public Task<byte[]> UnwrapAsync(string keyId, ReadOnlyMemory<byte> wrapped, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _unwrapped);
            return Task.FromResult(Xor(wrapped.ToArray()));
        }

        private static byte[] Xor(byte[] bytes) => [.. bytes.Select(static one => (byte)(one ^ 0x5A))];
    }
}
