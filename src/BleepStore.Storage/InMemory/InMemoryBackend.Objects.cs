using BleepStore.Storage.Backends;

namespace BleepStore.Storage.InMemory;

internal sealed partial class InMemoryBackend
{
    public override async ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken)
    {
        RequireBucket(request.Bucket);
        Blob content = await ReceiveAsync(request.Body, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            BucketState bucket = Find(request.Bucket);
            request.Condition.ThrowIfNotMet(bucket.Objects.GetValueOrDefault(request.Key)?.Properties);
            return Store(bucket, request.Key, content, request.Body.ETag, request.Attributes, request.WriteToken);
        }
    }

    public override ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectState found;
        lock (_lock)
        {
            found = Find(request.Bucket, request.Key);
        }

        new WriteCondition { IfRevision = request.IfRevision }.ThrowIfNotMet(found.Properties);
        ContentRange range = request.Range?.Resolve(found.Content.Length)
            ?? new ContentRange(0, found.Content.Length, found.Content.Length);
        return ValueTask.FromResult(new GetResult
        {
            Properties = Show(found.Properties),
            Range = range,
            Content = found.Content.Open(range),
        });
    }

    public override Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            ObjectState found = Find(request.Bucket, request.Key);
            return Task.FromResult(new StoredObject { Properties = Show(found.Properties), WriteToken = found.WriteToken });
        }
    }

    public override Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            BucketState bucket = Find(request.Bucket);
            ObjectState? current = bucket.Objects.GetValueOrDefault(request.Key);
            request.Condition.ThrowIfNotMet(current?.Properties);
            if (current is not null)
            {
                bucket.Objects.Remove(request.Key);
                bucket.Keys.Remove(request.Key);
                Reserve(-current.Content.Length);
            }
        }

        return Task.CompletedTask;
    }

    public override Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            ObjectState source = Find(request.Source.Bucket, request.Source.Key);
            new WriteCondition { IfRevision = request.SourceProperties.Revision }.ThrowIfNotMet(source.Properties);
            BucketState bucket = Find(request.Bucket);
            request.Condition.ThrowIfNotMet(bucket.Objects.GetValueOrDefault(request.Key)?.Properties);
            ObjectProperties copy = Store(
                bucket, request.Key, source.Content, source.Properties.ETag, request.Attributes ?? source.Properties, request.WriteToken);
            return Task.FromResult(copy);
        }
    }
}
