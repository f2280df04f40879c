using BleepStore.Storage.Backends;
using BleepStore.Storage.Engine.Hashing;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>The body for a backend that streams puts. Its bytes are hashed as they pass. It is opened once.</summary>
/// <param name="content">The bytes.</param>
/// <param name="newHasher">Creates the hasher when the body is opened, so a put that is refused earlier computes no digest.</param>
/// <param name="limit">The maximum number of bytes.</param>
/// <param name="blocks">How many blocks are held at a time.</param>
internal sealed class StreamedBody(Content content, Func<ETagHasher> newHasher, LengthLimit limit, int blocks) : StorageBody
{
    private Func<string?>? _etag;
    private Func<IReadOnlyList<long>>? _partSizes;

    public override long? Length => content.Length;

    public override ReadOnlyMemory<byte>? Md5 => null;

    public override bool CanReplay => false;

    public override string ETag =>
        _etag?.Invoke() ?? throw new InvalidOperationException("The body's ETag is known only after the body was read to its end.");

    public override IReadOnlyList<long> PartSizes => _partSizes?.Invoke() ?? [];

    public override Stream Open()
    {
        if (_etag is not null)
        {
            throw new InvalidOperationException("This body comes from a source that can be read once, and was opened before.");
        }

        var stream = new HashingStream(content.OpenAll(), newHasher(), limit, blocks);
        _etag = () => stream.ETag;
        _partSizes = () => stream.PartSizes;
        return stream;
    }
}
