using System.Runtime.CompilerServices;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Basics;
using BleepStore.Storage.Engine;
using BleepStore.Storage.Engine.Listing;

namespace BleepStore.Storage;

public partial class Bucket
{
    private const int ForeignNamesPerPage = 1000;

    /// <summary>
    /// Lists the names in the bucket's place that no key maps to. Other tools wrote them. Pages are requested as the sequence is read.
    /// <see cref="ListAsync"/> omits these names and no key reaches them, but they prevent the deletion of the bucket. Remove them with the
    /// service's or the system's own tools.
    /// </summary>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <returns>The names, for display only. A display name can be the key of another object.</returns>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NoSuchBucket"/> where <see cref="StorageCapabilities.EnforcesBuckets"/>.
    /// </exception>
    public virtual async IAsyncEnumerable<ForeignName> ListForeignNamesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new ListForeignNamesRequest { Bucket = Name, PageSize = ForeignNamesPerPage };
        while (true)
        {
            ListForeignNamesResult page = await Context.Operations.RunAsync(
                OperationNames.ListForeignNames,
                Name,
                key: null,
                (Context.Backend, Request: request),
                static (state, token) => new ValueTask<ListForeignNamesResult>(state.Backend.ListForeignNamesAsync(state.Request, token)),
                cancellationToken).ConfigureAwait(false);
            foreach (ForeignName name in page.Names)
            {
                yield return name with { DisplayName = Visible.Text(name.DisplayName) };
            }

            if (page.ContinuationToken is not { } next)
            {
                yield break;
            }

            ListProgress.Require(request.ContinuationToken, next);
            request = request with { ContinuationToken = next };
        }
    }
}
