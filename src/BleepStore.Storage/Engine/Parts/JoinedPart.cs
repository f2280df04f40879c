using System.Security.Cryptography;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Engine.Parts;

/// <summary>Reads several parts as one. They were collected before the source turned out to fit under the threshold.</summary>
internal sealed class JoinedPart : PartBody
{
    private const int BufferSize = 256 * 1024;
    private readonly IReadOnlyList<PartBody> _parts;

    private JoinedPart(IReadOnlyList<PartBody> parts, byte[] md5)
        : base(parts.Sum(static part => part.Size), md5) => _parts = parts;

    public static async ValueTask<PartBody> JoinAsync(IReadOnlyList<PartBody> parts, CancellationToken cancellationToken)
    {
        if (parts.Count == 1)
        {
            return parts[0];
        }

        var all = new JoinedStream(parts);
        await using (all.ConfigureAwait(false))
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
            byte[] buffer = new byte[BufferSize];
            int count;
            while ((count = await all.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                hash.AppendData(buffer, 0, count);
            }

            return new JoinedPart(parts, hash.GetHashAndReset());
        }
    }

    public override Stream Open() => new JoinedStream(_parts);

    public override void Dispose()
    {
        foreach (PartBody part in _parts)
        {
            part.Dispose();
        }
    }

    private sealed class JoinedStream(IReadOnlyList<PartBody> parts) : AsyncReadStream
    {
        private int _next;
        private Stream? _current;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (!buffer.IsEmpty)
            {
                if (_current is null)
                {
                    if (_next == parts.Count)
                    {
                        return 0;
                    }

                    _current = parts[_next++].Open();
                }

                int count = await _current.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (count > 0)
                {
                    return count;
                }

                await _current.DisposeAsync().ConfigureAwait(false);
                _current = null;
            }

            return 0;
        }

        protected override void Dispose(bool disposing)
        {
            _current?.Dispose();
            base.Dispose(disposing);
        }
    }
}
