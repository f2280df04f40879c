using Amazon.S3;

namespace BleepStore.Storage.Aws.Presigning;

/// <summary>The credential that signs.</summary>
/// <param name="Client">The client, which has the credential.</param>
/// <param name="ExpiresAt">When the credential expires, if that is known.</param>
internal readonly record struct SigningCredential(IAmazonS3 Client, DateTimeOffset? ExpiresAt);
