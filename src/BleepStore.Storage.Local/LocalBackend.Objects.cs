using BleepStore.Storage.Backends;
using BleepStore.Storage.Local.Commit;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;
using BleepStore.Storage.Local.Records;

namespace BleepStore.Storage.Local;

internal sealed partial class LocalBackend
{
    public override async ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken)
    {
        LocalWriter writer = await StartWritingAsync(cancellationToken).ConfigureAwait(false);
        writer.Root.RequireBucket(request.Bucket);
        using TempFile temp = await TempFile.MakeAsync(writer.Workspace, cancellationToken).ConfigureAwait(false);
        await ReceiveAsync(request.Body, temp, cancellationToken).ConfigureAwait(false);
        var made = new NewObject
        {
            Place = writer.Root.Locate(request.Bucket, request.Key),
            ETag = request.Body.ETag,
            Parts = PartSizes.Of(request.Body.PartSizes),
            Attributes = request.Attributes,
            WriteToken = request.WriteToken,
        };

        // A flush waits for the disk, so it must not run on the caller's thread.
        return await DiskWork.RunAsync(() => writer.Commits.RunAsync(temp, made, request.Condition, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    public override async ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken)
    {
        LocalSession session = await StartAsync(cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        ObjectFile? found = await session.Doubts.OpenAsync(session.Root.Locate(request.Bucket, request.Key), cancellationToken)
            .ConfigureAwait(false);
        try
        {
            ObjectProperties properties = found.Properties;
            new WriteCondition { IfRevision = request.IfRevision }.ThrowIfNotMet(properties);
            request.Conditions.ThrowIfNotMet(properties);
            ContentRange range = request.Range?.Resolve(properties.Size) ?? new ContentRange(0, properties.Size, properties.Size);
            var content = new FileReadStream(found.Handle, FileVersion.Of(found.Status), range.Offset, range.Length);
            found = null;
            return new GetResult { Properties = properties, Range = range, Content = content };
        }
        finally
        {
            found?.Dispose();
        }
    }

    public override async Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken)
    {
        LocalSession session = await StartAsync(cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        using ObjectFile found = await session.Doubts.OpenAsync(session.Root.Locate(request.Bucket, request.Key), cancellationToken)
            .ConfigureAwait(false);
        return new StoredObject { Properties = found.Properties, WriteToken = found.WriteToken };
    }

    public override async Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken)
    {
        LocalWriter writer = await StartWritingAsync(cancellationToken).ConfigureAwait(false);
        Place place = writer.Root.Locate(request.Bucket, request.Key);
        await DiskWork.RunAsync(() => writer.Commits.DeleteAsync(place, request.Condition, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    public override async Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        LocalWriter writer = await StartWritingAsync(cancellationToken).ConfigureAwait(false);
        return await DiskWork.RunAsync(() => CopyAsync(writer, request, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private async Task<ObjectProperties> CopyAsync(LocalWriter writer, CopyRequest request, CancellationToken cancellationToken)
    {
        // The file is made first, because a write that waits for its turn must hold no file open.
        using TempFile temp = await TempFile.MakeAsync(writer.Workspace, cancellationToken).ConfigureAwait(false);
        using ObjectFile source = await OpenSourceAsync(writer, request.Source, request.SourceProperties, cancellationToken)
            .ConfigureAwait(false);
        writer.Root.RequireBucket(request.Bucket);
        ObjectProperties properties = source.Properties;
        FileCopy.Run(source.Handle, 0, temp.Handle, 0, properties.Size, Flushes, cancellationToken);
        FileVersion.Of(source.Status).RequireStill(source.Handle);
        var made = new NewObject
        {
            Place = writer.Root.Locate(request.Bucket, request.Key),
            ETag = properties.ETag,
            Parts = source.Parts,
            Attributes = request.Attributes ?? properties,
            WriteToken = request.WriteToken,
        };

        // The target can be the source. Some systems do not replace a file that is open.
        source.Dispose();
        return await writer.Commits.RunAsync(temp, made, request.Condition, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<ObjectFile> OpenSourceAsync(
        LocalWriter writer, ObjectAddress address, ObjectProperties expected, CancellationToken cancellationToken)
    {
        Place place = writer.Root.Locate(address.Bucket, address.Key);
        ObjectFile source = await writer.Session.Doubts.OpenAsync(place, cancellationToken).ConfigureAwait(false);
        if (source.Properties.Revision == expected.Revision)
        {
            return source;
        }

        using (source)
        {
            new WriteCondition { IfRevision = expected.Revision }.ThrowIfNotMet(source.Properties);
            return source;
        }
    }
}
