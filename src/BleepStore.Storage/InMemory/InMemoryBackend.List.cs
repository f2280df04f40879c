using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.InMemory;

internal sealed partial class InMemoryBackend
{
    public override Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var page = new ListPageBuilder(request);
        lock (_lock)
        {
            BucketState bucket = Find(request.Bucket);
            foreach (string key in bucket.KeysFrom(First(request.Prefix, page.After)))
            {
                ListStep step = page.Offer(key);
                if (step == ListStep.Entry)
                {
                    page.Add(ToEntry(bucket.Objects[key].Properties));
                }
                else if (step == ListStep.Full || IsPast(key, request.Prefix))
                {
                    break;
                }
            }
        }

        return Task.FromResult(page.Build());
    }

    private static string First(string prefix, string? after) =>
        after is not null && KeyOrder.Instance.Compare(after, prefix) > 0 ? after : prefix;

    private static bool IsPast(string key, string prefix) =>
        !key.StartsWith(prefix, StringComparison.Ordinal) && KeyOrder.Instance.Compare(key, prefix) > 0;

    private static ListEntry ToEntry(ObjectProperties properties) => new()
    {
        Key = properties.Key,
        Size = properties.Size,
        ETag = properties.ETag,
        Revision = properties.Revision,
        LastModified = properties.LastModified,
        StorageClass = properties.StorageClass,
    };
}
