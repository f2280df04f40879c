using System.Text.Json.Serialization;

namespace BleepStore.Storage.Transfers;

/// <summary>The JSON format of journals. It is source-generated, so trimming keeps it.</summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true)]
[JsonSerializable(typeof(DownloadIdentity))]
[JsonSerializable(typeof(UploadIdentity))]
internal sealed partial class JournalJson : JsonSerializerContext;
