namespace BleepStore.Storage.Engine.Parts;

/// <summary>
/// All bytes of an object as one body, for a service that has no parts. The ETag is that of the part plan, as on every other backend.
/// </summary>
/// <param name="part">All bytes. Its owner disposes it.</param>
/// <param name="etag">The ETag of the object.</param>
internal sealed class WholePart(PartBody part, string etag) : PartBody(part.Size, part.Md5!.Value)
{
    public override string ETag => etag;

    public override Stream Open() => part.Open();

    public override void Dispose()
    {
    }

    public override ValueTask<StorageException?> ExplainAsync(StorageException refused, CancellationToken cancellationToken) =>
        part.ExplainAsync(refused, cancellationToken);
}
