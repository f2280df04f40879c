using System.Text.Json.Serialization;

namespace BleepStore.Storage.Transfers;

/// <summary>How journals are written. Source-generated, so that trimming keeps it.</summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true)]
[JsonSerializable(typeof(DownloadIdentity))]
[JsonSerializable(typeof(UploadIdentity))]
internal sealed partial class JournalJson : JsonSerializerContext;
