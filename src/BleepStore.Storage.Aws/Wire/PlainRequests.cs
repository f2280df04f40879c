using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>
/// Versions of the SDK's requests with a body that omit the header <c>Expect: 100-continue</c>. The SDK names an operation after the type
/// of its request, so these types have the SDK's names.
/// </summary>
/// <remarks>
/// .NET sends a body of up to 1,024 bytes even after a refusal. Some servers (Ceph 16 and 20) keep that connection and read the body as the
/// next request.
/// </remarks>
internal static class PlainRequests
{
    public sealed class PutObjectRequest : S3.PutObjectRequest
    {
        protected override bool Expect100Continue => false;
    }

    public sealed class UploadPartRequest : S3.UploadPartRequest
    {
        protected override bool Expect100Continue => false;
    }
}
