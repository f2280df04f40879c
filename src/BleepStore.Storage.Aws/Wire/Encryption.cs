using Amazon.S3;
using Amazon.S3.Model;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>Applies the encryption options to each kind of request, and knows whether ETags are MD5s under them.</summary>
internal sealed class Encryption(AwsBackendOptions options)
{
    private readonly ServerSideEncryptionMethod? _method = options.Encryption switch
    {
        AwsEncryption.S3Managed => ServerSideEncryptionMethod.AES256,
        AwsEncryption.Kms => ServerSideEncryptionMethod.AWSKMS,
        _ => null,
    };

    private readonly string? _kmsKeyId = options.KmsKeyId;
    private readonly string? _customerKey = options.CustomerKey;
    private readonly ServerSideEncryptionCustomerMethod? _customerMethod =
        options.CustomerKey is null ? null : ServerSideEncryptionCustomerMethod.AES256;

    private volatile bool _hidesMd5 = options.Encryption is AwsEncryption.Kms or AwsEncryption.CustomerKey;

    /// <summary>
    /// Whether the upstream's ETags are no MD5s, so this library's must be stored as metadata. The reason is the configuration, or an
    /// answer that showed the bucket's own encryption.
    /// </summary>
    public bool HidesMd5 => _hidesMd5;

    /// <summary>Looks at how something was encrypted.</summary>
    /// <returns>Whether its ETag can be an MD5.</returns>
    public bool Note(ServerSideEncryptionMethod? method, ServerSideEncryptionCustomerMethod? customer)
    {
        bool hides = (method is { Value: { Length: > 0 } value }
            && value != ServerSideEncryptionMethod.AES256.Value
            && value != ServerSideEncryptionMethod.None.Value)
            || customer is { Value.Length: > 0 };
        if (hides)
        {
            _hidesMd5 = true;
        }

        return !hides;
    }

    /// <summary>
    /// Adds the headers of a put, or the fields of a form, that select the service's encryption. They are not added for a customer's key.
    /// </summary>
    public void Apply(IDictionary<string, string> bound)
    {
        if (_method is not null)
        {
            bound.Add("x-amz-server-side-encryption", _method.Value);
        }

        if (_kmsKeyId is not null)
        {
            bound.Add("x-amz-server-side-encryption-aws-kms-key-id", _kmsKeyId);
        }
    }

    public void Apply(PutObjectRequest request)
    {
        request.ServerSideEncryptionMethod = _method;
        request.ServerSideEncryptionKeyManagementServiceKeyId = _kmsKeyId;
        request.ServerSideEncryptionCustomerMethod = _customerMethod;
        request.ServerSideEncryptionCustomerProvidedKey = _customerKey;
    }

    public void Apply(InitiateMultipartUploadRequest request)
    {
        request.ServerSideEncryptionMethod = _method;
        request.ServerSideEncryptionKeyManagementServiceKeyId = _kmsKeyId;
        request.ServerSideEncryptionCustomerMethod = _customerMethod;
        request.ServerSideEncryptionCustomerProvidedKey = _customerKey;
    }

    public void Apply(CopyObjectRequest request)
    {
        request.ServerSideEncryptionMethod = _method;
        request.ServerSideEncryptionKeyManagementServiceKeyId = _kmsKeyId;
        request.ServerSideEncryptionCustomerMethod = _customerMethod;
        request.ServerSideEncryptionCustomerProvidedKey = _customerKey;
        request.CopySourceServerSideEncryptionCustomerMethod = _customerMethod;
        request.CopySourceServerSideEncryptionCustomerProvidedKey = _customerKey;
    }

    public void Apply(UploadPartRequest request)
    {
        request.ServerSideEncryptionCustomerMethod = _customerMethod;
        request.ServerSideEncryptionCustomerProvidedKey = _customerKey;
    }

    public void Apply(CopyPartRequest request)
    {
        request.ServerSideEncryptionCustomerMethod = _customerMethod;
        request.ServerSideEncryptionCustomerProvidedKey = _customerKey;
        request.CopySourceServerSideEncryptionCustomerMethod = _customerMethod;
        request.CopySourceServerSideEncryptionCustomerProvidedKey = _customerKey;
    }

    public void Apply(GetObjectRequest request)
    {
        request.ServerSideEncryptionCustomerMethod = _customerMethod;
        request.ServerSideEncryptionCustomerProvidedKey = _customerKey;
    }

    public void Apply(GetObjectMetadataRequest request)
    {
        request.ServerSideEncryptionCustomerMethod = _customerMethod;
        request.ServerSideEncryptionCustomerProvidedKey = _customerKey;
    }
}
