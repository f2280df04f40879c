using Amazon.S3;

namespace BleepStore.Storage.Aws.Presigning;

/// <summary>What signs.</summary>
/// <param name="Client">The client, which has the credential.</param>
/// <param name="ExpiresAt">When the credential expires, where that is known.</param>
internal readonly record struct SigningCredential(IAmazonS3 Client, DateTimeOffset? ExpiresAt);
