using System.Runtime.CompilerServices;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Checks;
using BleepStore.Storage.Engine;
using BleepStore.Storage.Engine.Listing;

namespace BleepStore.Storage;

public partial class Bucket
{
    /// <summary>
    /// Lists objects and common prefixes in one sequence. It requests the next page only when the caller reads on. Where
    /// <see cref="StorageCapabilities.ListsInKeyOrder"/>, the order is that of the keys' UTF-8 bytes. Elsewhere this order holds within
    /// each page. A key that exists throughout the listing is returned exactly once, while other keys come and go.
    /// </summary>
    /// <example>
    /// <code>
    /// await foreach (ListEntry entry in bucket.ListAsync(new ListOptions { Prefix = "2026/", Delimiter = "/" }))
    /// {
    ///     Console.WriteLine(entry.Key);
    /// }
    /// </code>
    /// </example>
    /// <param name="options">The query. The default is all objects.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <exception cref="ArgumentException">An option is invalid, or the token belongs to another query.</exception>
    public virtual async IAsyncEnumerable<ListEntry> ListAsync(
        ListOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ListOptions query = options ?? new ListOptions();
        while (true)
        {
            ListPage page = await ListPageAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (ListEntry entry in page.Entries)
            {
                yield return entry;
            }

            if (page.ContinuationToken is null)
            {
                yield break;
            }

            query = query with { ContinuationToken = page.ContinuationToken };
        }
    }

    /// <summary>
    /// Lists one page. A page can hold fewer entries than requested, even none. Only a missing <see cref="ListPage.ContinuationToken"/>
    /// marks the last page.
    /// </summary>
    /// <example>
    /// <code>
    /// ListPage first = await bucket.ListPageAsync(new ListOptions { PageSize = 100 });
    /// if (first.ContinuationToken is { } token)
    /// {
    ///     ListPage second = await bucket.ListPageAsync(new ListOptions { PageSize = 100, ContinuationToken = token });
    /// }
    /// </code>
    /// </example>
    /// <param name="options">The query and the continuation token. The default is the first 1,000 objects.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <exception cref="ArgumentException">An option is invalid, or the token belongs to another query.</exception>
    public virtual Task<ListPage> ListPageAsync(ListOptions? options = null, CancellationToken cancellationToken = default) =>
        Context.Operations.RunAsync(
            OperationNames.List,
            Name,
            key: null,
            (Bucket: this, Options: options ?? new ListOptions()),
            static async (state, token) =>
            {
                ListOptions options = state.Options;
                CheckListing(options);
                string? startAfter = options.StartAfter is "" ? null : options.StartAfter;
                var binding = new ListToken(state.Bucket.Name, options.Prefix, options.Delimiter, startAfter);
                var request = new ListRequest
                {
                    Bucket = state.Bucket.Name,
                    Prefix = options.Prefix,
                    Delimiter = options.Delimiter,
                    StartAfter = startAfter,
                    PageSize = options.PageSize,
                    ContinuationToken = binding.Unwrap(options.ContinuationToken),
                };
                ListPage page = await state.Bucket.Context.Backend.ListAsync(request, token).ConfigureAwait(false);
                if (page.ContinuationToken is { } next)
                {
                    ListProgress.Require(request.ContinuationToken, next);
                }

                return page with { ContinuationToken = binding.Wrap(page.ContinuationToken) };
            },
            cancellationToken);

    private static void CheckListing(ListOptions options)
    {
        Keys.CheckQuery(options.Prefix, nameof(options.Prefix));
        if (options.Delimiter is { } delimiter)
        {
            ArgumentException.ThrowIfNullOrEmpty(delimiter, nameof(options.Delimiter));
            Keys.CheckQuery(delimiter, nameof(options.Delimiter));
        }

        if (options.StartAfter is { } startAfter)
        {
            Keys.CheckQuery(startAfter, nameof(options.StartAfter));
        }

        Paging.Check(options.PageSize);
    }
}
