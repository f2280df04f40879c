using System.Globalization;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Gcp.Uploads;
using BleepStore.Storage.Gcp.Wire;
using Google.Cloud.Storage.V1;
using GcsObject = Google.Apis.Storage.v1.Data.Object;

namespace BleepStore.Storage.Gcp.Presigning;

/// <summary>
/// Signs URLs and forms of the XML API. Every header that describes the object is signed, because the service refuses an extension header
/// that was not signed.
/// </summary>
/// <remarks>
/// Source: "Canonical requests", "HTTP headers and query string parameters for XML API" and "Upload an object with HTML forms", Cloud
/// Storage documentation.
/// </remarks>
internal sealed class GcpPresigning(
    GcpBackendOptions options, GcpUpstream upstream, GcpClients clients, GcpNames names, UploadRecords records)
{
    private const string MetadataPrefix = "x-goog-meta-";
    private const string FileName = "${filename}";

    private readonly GcpSigner _signer = new(clients);

    /// <summary>Signs a URL for an object.</summary>
    public async ValueTask<PresignedUrl> PresignAsync(PresignRequest request, CancellationToken cancellationToken)
    {
        PresignOptions bound = request.Options;
        RequireReplaceable(bound);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (request.Method == PresignMethod.Put)
        {
            Bind(headers, bound.ContentType, bound.ContentLength, bound.ContentMd5);
            BindResource(headers, GcpProperties.Resource(new ObjectAttributes { Metadata = bound.Metadata }, options.StorageClass));
        }

        var query = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(query, "response-content-disposition", bound.ResponseContentDisposition);
        string container = upstream.Container(request.Bucket);
        string name = names.LinkedName(request.Bucket, request.Key);
        return await SignAsync(container, name, new HttpMethod(request.HttpMethod), headers, query, request.ExpiresIn, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Signs a URL for the object that keeps a part, as <see cref="GcpParts"/> would store it.</summary>
    public async ValueTask<PresignedUrl> PresignPartAsync(PresignPartRequest request, CancellationToken cancellationToken)
    {
        string container = upstream.Container(request.Bucket);
        UploadRecord record = await records.RequireAsync(
            container, request.Bucket, request.Key, request.UploadId, cancellationToken).ConfigureAwait(false);

        // An ETag is stored together with the size. Without a size, parts are read to get the ETag where listings have no hashes.
        string? etag = request.ContentLength is null || request.ContentMd5 is not { } md5 ? null : ETags.FromMd5(md5.Span);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        Bind(headers, contentType: null, request.ContentLength, request.ContentMd5);
        BindResource(headers, GcpProperties.Part(upstream.ClassOf(record.Attributes), etag, request.ContentLength ?? 0));
        string name = names.Part(request.Bucket, request.UploadId, request.PartNumber);
        return await SignAsync(container, name, HttpMethod.Put, headers, [], request.ExpiresIn, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Signs a form.</summary>
    public async ValueTask<PresignedPost> PresignPostAsync(PresignPostRequest request, CancellationToken cancellationToken)
    {
        RequireFormOptions();
        PresignPostOptions bound = request.Options;
        string container = upstream.Container(request.Bucket);
        string key = bound.IsWholeKey
            ? names.ObjectName(request.Bucket, request.KeyPrefix)
            : names.FormPrefix(request.Bucket, request.KeyPrefix);
        UrlSigner.PostPolicy policy = bound.IsWholeKey
            ? UrlSigner.PostPolicy.ForBucketAndKey(container, key)
            : UrlSigner.PostPolicy.ForBucketAndKeyStartsWith(container, key);
        policy.SetRange(UrlSigner.PostPolicyStandardElement.ContentLength, bound.MinimumLength, bound.MaximumLength!.Value);
        if (bound.ContentType is { } contentType)
        {
            policy.SetField(UrlSigner.PostPolicyStandardElement.ContentType, contentType);
        }

        GcsObject resource = GcpProperties.Resource(new ObjectAttributes { Metadata = bound.Metadata }, storageClass: null);
        foreach ((string name, string value) in resource.Metadata ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            policy.SetCustomField(UrlSigner.PostPolicyCustomElement.GoogleMetadata, MetadataPrefix + name, value);
        }

        (UrlSigner.SignedPostPolicy form, DateTimeOffset expiresAt) =
            await _signer.SignAsync(policy, request.ExpiresIn, cancellationToken).ConfigureAwait(false);
        var fields = form.Fields.ToDictionary(
            static field => field.Key,
            static field => Convert.ToString(field.Value, CultureInfo.InvariantCulture)!,
            StringComparer.OrdinalIgnoreCase);
        fields["key"] = bound.IsWholeKey ? key : key + FileName;
        return new PresignedPost { Url = form.PostUrl, Fields = fields, ExpiresAt = expiresAt };
    }

    /// <summary>
    /// Google ignores another type where the object has one, and every object has one. Another disposition is ignored only where the object
    /// has one, which most have not.
    /// </summary>
    private static void RequireReplaceable(PresignOptions bound)
    {
        (string Option, string Attribute)? ignored = bound switch
        {
            { ResponseContentType: not null } => (nameof(bound.ResponseContentType), nameof(ObjectAttributes.ContentType)),
            { ResponseCacheControl: not null } => (nameof(bound.ResponseCacheControl), nameof(ObjectAttributes.CacheControl)),
            _ => null,
        };
        if (ignored is var (option, attribute))
        {
            throw new StorageException(
                StorageErrorCode.NotSupported,
                $"Google answers with the {attribute} of the object and ignores another. Leave {option} out and set {attribute} on the "
                + $"object, or set {nameof(ObjectStoreOptions)}.{nameof(ObjectStoreOptions.Links)}, so that URLs lead to the application.");
        }
    }

    private static void Bind(Dictionary<string, string> headers, string? contentType, long? length, ReadOnlyMemory<byte>? md5)
    {
        Add(headers, "Content-Type", contentType);
        BoundHeaders.Add(headers, length: null, md5);

        if (length is { } exact)
        {
            headers.Add("x-goog-content-length-range", string.Create(CultureInfo.InvariantCulture, $"{exact},{exact}"));
        }
    }

    /// <summary>The headers for the fields of a resource, which are its class, its metadata and its encryption key.</summary>
    private void BindResource(Dictionary<string, string> headers, GcsObject resource)
    {
        Add(headers, "x-goog-storage-class", resource.StorageClass);
        Add(headers, "x-goog-encryption-kms-key-name", options.KmsKeyName);
        foreach ((string name, string value) in resource.Metadata ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            headers.Add(MetadataPrefix + name, value);
        }
    }

    private static void Add(Dictionary<string, string> to, string name, string? value)
    {
        if (value is not null)
        {
            to.Add(name, value);
        }
    }

    /// <summary>A form has no field for them ("Upload an object with HTML forms").</summary>
    private void RequireFormOptions()
    {
        string? unbound = options switch
        {
            { StorageClass: not null } => nameof(options.StorageClass),
            { KmsKeyName: not null } => nameof(options.KmsKeyName),
            { UserProject: not null } => nameof(options.UserProject),
            _ => null,
        };
        if (unbound is not null)
        {
            throw new StorageException(
                StorageErrorCode.NotSupported,
                $"A Google form cannot bind {nameof(GcpBackendOptions)}.{unbound}. Presign a PUT, or set it on the upstream bucket.");
        }
    }

    private async Task<PresignedUrl> SignAsync(
        string container,
        string name,
        HttpMethod method,
        Dictionary<string, string> headers,
        Dictionary<string, string> query,
        TimeSpan expiresIn,
        CancellationToken cancellationToken)
    {
        Add(query, "userProject", options.UserProject);
        UrlSigner.RequestTemplate template = UrlSigner.RequestTemplate.FromBucket(container)
            .WithObjectName(name)
            .WithHttpMethod(method)
            .WithRequestHeaders(headers.Select(Many))
            .WithQueryParameters(query.Select(Many));
        (string url, DateTimeOffset expiresAt) = await _signer.SignAsync(template, expiresIn, cancellationToken).ConfigureAwait(false);
        return new PresignedUrl { Url = new Uri(url), Method = method.Method, RequiredHeaders = headers, ExpiresAt = expiresAt };
    }

    private static KeyValuePair<string, IEnumerable<string>> Many(KeyValuePair<string, string> entry) => new(entry.Key, [entry.Value]);
}
