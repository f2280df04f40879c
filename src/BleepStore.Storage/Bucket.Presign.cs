using BleepStore.Storage.Backends;
using BleepStore.Storage.Checks;
using BleepStore.Storage.Engine;

namespace BleepStore.Storage;

public partial class Bucket
{
    /// <summary>
    /// Signs a URL that allows one kind of request on one object, without a credential, until it expires. The object need not exist.
    /// </summary>
    /// <remarks>
    /// With <see cref="ObjectStoreOptions.Links"/> the URL leads to the application, otherwise to the upstream. The URL never outlives the
    /// signing credential, so <see cref="PresignedUrl.ExpiresAt"/> can be earlier than requested. Signing may use the clock of this
    /// machine. An object that was put by a URL of the upstream has the upstream's ETag.
    /// </remarks>
    /// <example>
    /// <code>
    /// PresignedUrl link = await bucket.PresignAsync("2026/cat.jpg", PresignMethod.Get, TimeSpan.FromHours(1));
    /// Console.WriteLine(link.Url);
    /// </code>
    /// </example>
    /// <param name="key">The key.</param>
    /// <param name="method">The request that the URL allows.</param>
    /// <param name="expiresIn">How long the URL is good for, from 1 second to 7 days, in whole seconds.</param>
    /// <param name="options">The options that the URL also binds. By default it binds nothing more.</param>
    /// <param name="cancellationToken">Stops the signing, which can need a request.</param>
    /// <returns>The URL, its method and the headers that the request must have.</returns>
    /// <exception cref="ArgumentException">
    /// An option does not belong to the method, or the link to the application has more than 8,000 characters.
    /// </exception>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NotSupported"/> when the store or its credential cannot sign, or the upstream cannot bind an option.
    /// <see cref="StorageErrorCode.InvalidKey"/> when browsers would rewrite the URL.
    /// </exception>
    public virtual Task<PresignedUrl> PresignAsync(
        string key,
        PresignMethod method,
        TimeSpan expiresIn,
        PresignOptions? options = null,
        CancellationToken cancellationToken = default) =>
        Context.Operations.RunAsync(
            OperationNames.Presign,
            Name,
            key,
            (Bucket: this, Key: key, Method: method, ExpiresIn: expiresIn, Options: options ?? PresignOptions.Default),
            static (state, token) =>
            {
                state.Bucket.CheckKey(state.Key);
                var request = new PresignRequest
                {
                    Bucket = state.Bucket.Name,
                    Key = state.Key,
                    Method = state.Method,
                    ExpiresIn = PresignRules.Check(state.ExpiresIn),
                    Options = PresignRules.Check(state.Method, state.Options),
                };
                return state.Bucket.SignAsync(request, token);
            },
            cancellationToken);

    /// <summary>
    /// Signs a form by which a browser uploads one file, without a credential, until it expires. The key ends with the name of the file.
    /// </summary>
    /// <remarks>
    /// The browser chooses the name of the file. The service stores the name without this library's escapes, so it may map to no key.
    /// <see cref="ListForeignNamesAsync"/> lists such names.
    /// </remarks>
    /// <param name="keyPrefix">The beginning of the key. It can be empty.</param>
    /// <param name="expiresIn">How long the form is good for, from 1 second to 7 days, in whole seconds.</param>
    /// <param name="options">The options that the form also binds. By default it binds nothing more.</param>
    /// <param name="cancellationToken">Stops the signing, which can need a request.</param>
    /// <returns>The address of the form, and its fields.</returns>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NotSupported"/> (<see cref="StorageCapabilities.SupportsPresignPost"/>),
    /// <see cref="StorageErrorCode.InvalidKey"/>.
    /// </exception>
    public virtual Task<PresignedPost> PresignPostAsync(
        string keyPrefix, TimeSpan expiresIn, PresignPostOptions? options = null, CancellationToken cancellationToken = default) =>
        Context.Operations.RunAsync(
            OperationNames.PresignPost,
            Name,
            keyPrefix,
            (Bucket: this, Prefix: keyPrefix, ExpiresIn: expiresIn, Options: options ?? PresignPostOptions.Default),
            static (state, token) =>
            {
                if (state.Options.IsWholeKey)
                {
                    state.Bucket.CheckKey(state.Prefix);
                }
                else
                {
                    Keys.CheckQuery(state.Prefix, nameof(keyPrefix));
                }

                PresignRules.CheckFormKey(state.Prefix);
                var request = new PresignPostRequest
                {
                    Bucket = state.Bucket.Name,
                    KeyPrefix = state.Prefix,
                    ExpiresIn = PresignRules.Check(state.ExpiresIn),
                    Options = PresignRules.Check(state.Options),
                };
                state.Bucket.RequirePlainBytes();
                return state.Bucket.Context.Links is null
                    ? state.Bucket.Context.Backend.PresignPostAsync(request, token)
                    : throw new StorageException(
                        StorageErrorCode.NotSupported,
                        "Links to the application are no forms. Presign a PUT, or add an upload form to the application.");
            },
            cancellationToken);

    internal ValueTask<PresignedUrl> SignAsync(PresignPartRequest request, CancellationToken cancellationToken)
    {
        if (Context.Links is { } links)
        {
            RequireWritable(PresignMethod.Put);
            var link = new SignedLink
            {
                Bucket = request.Bucket,
                Key = request.Key,
                Method = PresignMethod.Put,
                UploadId = request.UploadId,
                PartNumber = request.PartNumber,
                ExpiresAt = default,
                Options = new PresignOptions { ContentLength = request.ContentLength, ContentMd5 = request.ContentMd5 },
            };
            return new ValueTask<PresignedUrl>(links.Sign(link, request.ExpiresIn));
        }

        RequirePlainBytes();
        return Context.Backend.PresignPartAsync(request, cancellationToken);
    }

    private ValueTask<PresignedUrl> SignAsync(PresignRequest request, CancellationToken cancellationToken)
    {
        if (Context.Links is { } links)
        {
            RequireWritable(request.Method);
            var link = new SignedLink
            {
                Bucket = request.Bucket,
                Key = request.Key,
                Method = request.Method,
                ExpiresAt = default,
                Options = request.Options,
            };
            return new ValueTask<PresignedUrl>(links.Sign(link, request.ExpiresIn));
        }

        RequirePlainBytes();
        return Context.Backend.PresignAsync(request, cancellationToken);
    }

    /// <summary>The backend is not asked for a link, so it cannot refuse one.</summary>
    private void RequireWritable(PresignMethod method)
    {
        if (Context.Capabilities.IsReadOnly && method is not (PresignMethod.Get or PresignMethod.Head))
        {
            throw new StorageException(
                StorageErrorCode.AccessDenied,
                "The store is read-only (WithReadOnly), so it signs links for GET and HEAD only. To write, register another store.");
        }
    }

    /// <summary>A URL of the upstream bypasses the decorators that change the bytes.</summary>
    private void RequirePlainBytes()
    {
        if (TransformsBytes && Context.Links is null)
        {
            throw new StorageException(
                StorageErrorCode.NotSupported,
                "A decorator of the store changes the bytes, and an upstream URL would bypass it. "
                + $"Set {nameof(ObjectStoreOptions)}.{nameof(ObjectStoreOptions.Links)}, so URLs lead to the application.");
        }
    }
}
