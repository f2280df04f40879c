using Amazon.S3;
using Amazon.S3.Model;
using BleepStore.Storage.Aws.Uploads;
using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Aws.Presigning;

/// <summary>
/// Signs URLs and forms of objects. The options that a URL binds are signed headers. The options that a form binds are conditions of its
/// policy.
/// </summary>
/// <remarks>
/// Source: "Authenticating Requests" (Using Query Parameters, AWS Signature Version 4) and "Creating an HTML Form (Using AWS Signature
/// Version 4)", Amazon S3 API Reference.
/// </remarks>
internal sealed class AwsPresigning(
    AwsBackendOptions options,
    AwsUpstream upstream,
    AwsClients clients,
    AwsNames names,
    RequestFactory make,
    Encryption encryption,
    AwsSigner signer)
{
    /// <summary>The part of a form's key that the service replaces by the name of the file.</summary>
    private const string FileName = "${filename}";

    /// <summary>Whether URLs can be signed at all.</summary>
    public bool IsSupported { get; } = options.Encryption != AwsEncryption.CustomerKey;

    /// <summary>
    /// Whether forms can be signed. Access points accept no forms, and no field of a form can declare that the requester pays.
    /// </summary>
    public bool SupportsForms => IsSupported && make.Payer is null && !IsAccessPoint(options.Bucket);

    public ValueTask<PresignedUrl> PresignAsync(PresignRequest request, CancellationToken cancellationToken)
    {
        RequireSupport();
        PresignOptions bound = request.Options;
        GetPreSignedUrlRequest url = Url(request.Bucket, request.Key, VerbOf(request.Method));
        url.ResponseHeaderOverrides.ContentType = bound.ResponseContentType;
        url.ResponseHeaderOverrides.ContentDisposition = bound.ResponseContentDisposition;
        url.ResponseHeaderOverrides.CacheControl = bound.ResponseCacheControl;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        BoundHeaders.Add(headers, bound.ContentLength, bound.ContentMd5);
        if (request.Method == PresignMethod.Put)
        {
            AddAttributes(headers, bound.ContentType, bound.Metadata);
        }

        return signer.SignAsync(url, headers, request.ExpiresIn, cancellationToken);
    }

    public ValueTask<PresignedUrl> PresignPartAsync(PresignPartRequest request, CancellationToken cancellationToken)
    {
        RequireSupport();
        if (clients.AddsChecksums)
        {
            throw new StorageException(
                StorageErrorCode.NotSupported,
                "The client begins uploads whose parts must have checksums, and a URL cannot bind an unknown checksum. "
                + "Set RequestChecksumCalculation of the client to WHEN_REQUIRED, or let the store make the client.");
        }

        GetPreSignedUrlRequest url = Url(request.Bucket, request.Key, HttpVerb.PUT);
        url.UploadId = UploadId.Parse(request.UploadId).Upstream;
        url.PartNumber = request.PartNumber;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        BoundHeaders.Add(headers, request.ContentLength, request.ContentMd5);
        return signer.SignAsync(url, headers, request.ExpiresIn, cancellationToken);
    }

    public ValueTask<PresignedPost> PresignPostAsync(PresignPostRequest request, CancellationToken cancellationToken)
    {
        RequireSupport();
        RequireForms(upstream.Container(request.Bucket));
        PresignPostOptions bound = request.Options;
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        AddAttributes(fields, bound.ContentType, bound.Metadata);
        var form = new CreatePresignedPostRequest
        {
            BucketName = upstream.Container(request.Bucket),
            Key = bound.IsWholeKey
                ? names.ObjectName(request.Bucket, request.KeyPrefix)
                : names.FormPrefix(request.Bucket, request.KeyPrefix) + FileName,
            Fields = fields,
            Conditions = [S3PostCondition.ContentLengthRange(bound.MinimumLength, bound.MaximumLength!.Value)],
        };
        return signer.SignAsync(form, request.ExpiresIn, cancellationToken);
    }

    private static HttpVerb VerbOf(PresignMethod method) => method switch
    {
        PresignMethod.Put => HttpVerb.PUT,
        PresignMethod.Delete => HttpVerb.DELETE,
        PresignMethod.Head => HttpVerb.HEAD,
        _ => HttpVerb.GET,
    };

    private static bool IsAccessPoint(string? container) => container?.StartsWith("arn:", StringComparison.Ordinal) == true;

    /// <summary>
    /// Adds the attributes of the object, and the encryption and the storage class that the options of the store give every object.
    /// </summary>
    private void AddAttributes(Dictionary<string, string> bound, string? contentType, IReadOnlyDictionary<string, string> metadata)
    {
        if (contentType is not null)
        {
            bound.Add("Content-Type", contentType);
        }

        var attributes = new ObjectAttributes { Metadata = metadata };
        var spelt = new MetadataCollection();
        AwsProperties.Apply(attributes, spelt);
        foreach (string name in spelt.Keys)
        {
            bound.Add(name, spelt[name]);
        }

        if (AwsProperties.Class(attributes, options.StorageClass) is { } storageClass)
        {
            bound.Add("x-amz-storage-class", storageClass.Value);
        }

        encryption.Apply(bound);
    }

    private GetPreSignedUrlRequest Url(string bucket, string key, HttpVerb verb) => new()
    {
        BucketName = upstream.Container(bucket),
        Key = names.LinkedName(bucket, key),
        Verb = verb,
        RequestPayer = make.Payer,
    };

    private void RequireSupport()
    {
        if (!IsSupported)
        {
            throw new StorageException(
                StorageErrorCode.NotSupported,
                $"S3 requires the {nameof(AwsBackendOptions.CustomerKey)} in the headers of each request, and a URL would reveal the key. "
                + "Set ObjectStoreOptions.Links, so that URLs lead to the application.");
        }
    }

    private void RequireForms(string container)
    {
        if (make.Payer is not null)
        {
            throw new StorageException(
                StorageErrorCode.NotSupported, "A form cannot declare that the requester pays. Presign a PUT instead.");
        }

        if (IsAccessPoint(container))
        {
            throw new StorageException(
                StorageErrorCode.NotSupported,
                $"Access points accept no forms. Presign a PUT, or name the bucket itself in {nameof(AwsBackendOptions.Bucket)}.");
        }
    }
}
