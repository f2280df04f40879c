using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Checks;
using BleepStore.Storage.Engine;
using BleepStore.Storage.Engine.Listing;

namespace BleepStore.Storage;

public partial class ObjectStore
{
    /// <summary>Creates a bucket.</summary>
    /// <example>
    /// <code>
    /// Bucket photos = await store.CreateBucketAsync("photos", new CreateBucketOptions { IfNotExists = true });
    /// </code>
    /// </example>
    /// <param name="name">3 to 63 characters by S3's naming rules.</param>
    /// <param name="options">Whether an existing bucket is success. By default it is not.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>The bucket.</returns>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.BucketAlreadyExists"/>, <see cref="StorageErrorCode.InvalidBucketName"/>.
    /// </exception>
    public virtual Task<Bucket> CreateBucketAsync(
        string name, CreateBucketOptions? options = null, CancellationToken cancellationToken = default) =>
        Context.Operations.RunAsync(
            OperationNames.CreateBucket,
            name,
            key: null,
            (Store: this, Name: name, IfNotExists: options?.IfNotExists ?? false),
            static async (state, token) =>
            {
                Bucket bucket = state.Store.GetBucket(state.Name);
                try
                {
                    await state.Store.Context.Backend.CreateBucketAsync(new CreateBucketRequest { Bucket = state.Name }, token)
                        .ConfigureAwait(false);
                }
                catch (StorageException error) when (error.Code == StorageErrorCode.BucketAlreadyExists && state.IfNotExists)
                {
                    // The caller accepts an existing bucket.
                }
                catch (StorageException error) when (error.Code == StorageErrorCode.AccessDenied && state.IfNotExists)
                {
                    // Services refuse the creation before they look whether the bucket exists. So does a store that is read-only.
                    var exists = new BucketExistsRequest { Bucket = state.Name };
                    if (!await state.Store.Context.Backend.BucketExistsAsync(exists, token).ConfigureAwait(false))
                    {
                        throw;
                    }
                }

                return bucket;
            },
            cancellationToken);

    /// <summary>
    /// Deletes an empty bucket. Its unfinished multipart uploads are aborted with it. A bucket that is not empty keeps its uploads. When
    /// only names remain that no key maps to, the message says so, and <see cref="Bucket.ListForeignNamesAsync"/> lists them.
    /// </summary>
    /// <param name="name">The bucket.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NoSuchBucket"/>, <see cref="StorageErrorCode.BucketNotEmpty"/>,
    /// <see cref="StorageErrorCode.InvalidBucketName"/>.
    /// </exception>
    public virtual Task DeleteBucketAsync(string name, CancellationToken cancellationToken = default) =>
        Context.Operations.RunAsync(
            OperationNames.DeleteBucket,
            name,
            key: null,
            (Store: this, Name: name),
            static async (state, token) =>
            {
                state.Store.CheckBucketName(state.Name);
                StorageBackend backend = state.Store.Context.Backend;
                try
                {
                    await backend.DeleteBucketAsync(new DeleteBucketRequest { Bucket = state.Name }, token).ConfigureAwait(false);
                    return true;
                }
                catch (StorageException error) when (error.Code == StorageErrorCode.BucketNotEmpty)
                {
                    if (await ForeignNames.FindAloneAsync(backend, state.Name, token).ConfigureAwait(false) is not { } found)
                    {
                        throw;
                    }

                    throw error.WithReason(
                        $"The bucket has no objects, but it has names that no key maps to, such as '{found}'. "
                        + $"{nameof(Bucket)}.{nameof(Bucket.ListForeignNamesAsync)} lists them. "
                        + "Remove them with the tools of the service or the system.");
                }
            },
            cancellationToken);

    /// <summary>Returns whether a bucket exists.</summary>
    /// <param name="name">The bucket.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>
    /// <see langword="false"/> only when the upstream reports that the bucket does not exist. Every other failure is thrown.
    /// </returns>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.InvalidBucketName"/>.</exception>
    public virtual Task<bool> BucketExistsAsync(string name, CancellationToken cancellationToken = default) =>
        Context.Operations.RunAsync(
            OperationNames.BucketExists,
            name,
            key: null,
            (Store: this, Name: name),
            static (state, token) =>
            {
                state.Store.CheckBucketName(state.Name);
                return new ValueTask<bool>(
                    state.Store.Context.Backend.BucketExistsAsync(new BucketExistsRequest { Bucket = state.Name }, token));
            },
            cancellationToken);

    /// <summary>Lists the buckets in the order of their names. Pages are requested as the sequence is read.</summary>
    /// <example>
    /// <code>
    /// await foreach (BucketInfo info in store.ListBucketsAsync())
    /// {
    ///     Console.WriteLine(info.Name);
    /// }
    /// </code>
    /// </example>
    /// <param name="options">The query. The default is all.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <exception cref="ArgumentException">An option is invalid.</exception>
    public virtual async IAsyncEnumerable<BucketInfo> ListBucketsAsync(
        ListBucketsOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        options ??= ListBucketsOptions.Default;
        Keys.CheckQuery(options.Prefix, nameof(options.Prefix));
        Paging.Check(options.PageSize);
        if (!BucketNames.CanBegin(options.Prefix))
        {
            yield break;
        }

        var request = new ListBucketsRequest { Prefix = options.Prefix, PageSize = options.PageSize };
        while (true)
        {
            ListBucketsResult page = await Context.Operations.RunAsync(
                OperationNames.ListBuckets,
                bucket: null,
                key: null,
                (Context.Backend, Request: request),
                static async (state, token) =>
                {
                    ListBucketsResult found = await state.Backend.ListBucketsAsync(state.Request, token).ConfigureAwait(false);
                    if (found is { IsTruncated: true, Buckets: [.., var last] })
                    {
                        ListProgress.Require(state.Request.StartAfter, last.Name);
                    }

                    return found;
                },
                cancellationToken).ConfigureAwait(false);
            foreach (BucketInfo bucket in page.Buckets)
            {
                yield return bucket;
            }

            if (!page.IsTruncated || page.Buckets.Count == 0)
            {
                yield break;
            }

            request = request with { StartAfter = page.Buckets[^1].Name };
        }
    }

    /// <summary>
    /// Aborts the multipart uploads that are older than a given age, in the buckets that <see cref="ListBucketsAsync"/> lists, including
    /// those that are still in progress. This frees the storage of abandoned parts. The library never calls this by itself. Call it from
    /// time to time where uploads are made. Completed objects are never changed.
    /// </summary>
    /// <remarks>
    /// Where buckets share a container, the method covers the buckets that were created. Where each bucket has its own container, it covers
    /// all containers of the account, so it also aborts the uploads of other programs in them. <see cref="Bucket.AbortUploadsAsync"/> does
    /// the same in one bucket. The age is measured by the service's clock, as described there.
    /// </remarks>
    /// <param name="olderThan">
    /// The minimum age of the uploads to abort. Zero or more. Zero aborts all listed uploads. Use a longer time than your longest upload
    /// takes.
    /// </param>
    /// <param name="cancellationToken">Stops between two uploads.</param>
    /// <returns>How many uploads were aborted. An upload that ends meanwhile is not counted.</returns>
    /// <exception cref="StorageException">
    /// The first failure, such as <see cref="StorageErrorCode.AccessDenied"/> for a bucket of another owner. The other buckets were still
    /// processed.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The age is negative.</exception>
    public virtual Task<int> AbortUploadsAsync(TimeSpan olderThan, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(olderThan, TimeSpan.Zero);
        return Context.Operations.RunAsync(
            OperationNames.AbortUploads,
            bucket: null,
            key: null,
            (Store: this, OlderThan: olderThan),
            static (state, token) => new ValueTask<int>(state.Store.AbortUploadsInAllAsync(state.OlderThan, token)),
            cancellationToken);
    }

    private async Task<int> AbortUploadsInAllAsync(TimeSpan olderThan, CancellationToken cancellationToken)
    {
        int aborted = 0;
        StorageException? failure = null;
        await foreach (BucketInfo bucket in ListBucketsAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            try
            {
                aborted += await GetBucket(bucket.Name).AbortUploadsAsync(olderThan, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchBucket)
            {
                // The bucket was deleted meanwhile, with its uploads.
            }
            catch (StorageException error)
            {
                failure ??= error;
            }
        }

        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return aborted;
    }
}
