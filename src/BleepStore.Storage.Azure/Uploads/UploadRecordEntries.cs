using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Azure.Storage.Blobs.Models;
using BleepStore.Storage.Azure.Wire;

namespace BleepStore.Storage.Azure.Uploads;

/// <summary>
/// Stores an <see cref="UploadRecord"/> as its blob's headers and metadata. The blob has the attributes of the future object, and all other
/// data as reserved entries.
/// </summary>
internal static class UploadRecordEntries
{
    private const string Key = "bleepstorekey";
    private const string Tier = "bleepstoretier";
    private const string Staging = "bleepstorestaging";
    private const string Began = "bleepstorebegan";
    private const string Publishing = "bleepstorepublishing";
    private const string EmptyPart = "bleepstoreempty";
    private const string Isolated = "isolated";

    public static IDictionary<string, string> Write(UploadRecord record)
    {
        IDictionary<string, string> entries = AzureProperties.Metadata(record.Attributes, token: record.UploadId);
        entries.Add(Key, Base64Url.EncodeToString(Encoding.UTF8.GetBytes(record.Key)));
        Add(entries, Tier, record.Attributes.StorageClass);
        Add(entries, Staging, record.Staging == MultipartStaging.Isolated ? Isolated : null);
        Add(entries, Began, record.InitiatedAt == default ? null : record.InitiatedAt.UtcTicks.ToString(CultureInfo.InvariantCulture));
        Add(entries, Publishing, record.Publishing?.Text);
        Add(entries, EmptyPart, record.EmptyPart?.Encode());
        return entries;
    }

    public static UploadRecord Read(string key, string uploadId, BlobProperties blob) =>
        new(
            key,
            uploadId,
            AzureProperties.Read(key, blob).Properties with { StorageClass = Text(blob.Metadata, Tier) },
            Begin(blob.Metadata, blob.CreatedOn))
        {
            Staging = Text(blob.Metadata, Staging) == Isolated ? MultipartStaging.Isolated : MultipartStaging.InPlace,
            Revision = AzureProperties.Bare(blob.ETag),
            Publishing = Text(blob.Metadata, Publishing) is { } mark ? new DestinationMark(mark) : null,
            EmptyPart = Text(blob.Metadata, EmptyPart) is { } id ? BlockId.TryDecode(id) : null,
        };

    /// <summary>Reads the key of a record. It fails for a blob that is no record.</summary>
    public static bool TryReadKey(BlobItem blob, [NotNullWhen(true)] out string? key)
    {
        key = blob.Metadata is { } entries && Text(entries, Key) is { } encoded && Base64Url.IsValid(encoded)
            ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(encoded))
            : null;
        return key is not null;
    }

    /// <summary>When the upload began. A commit of the private blob may count as its creation.</summary>
    public static DateTimeOffset Begin(IDictionary<string, string> entries, DateTimeOffset created) =>
        Text(entries, Began) is { } text
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long ticks)
            && ticks <= DateTime.MaxValue.Ticks
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : created;

    private static void Add(IDictionary<string, string> entries, string name, string? value)
    {
        if (value is not null)
        {
            entries.Add(name, value);
        }
    }

    private static string? Text(IDictionary<string, string> entries, string name) =>
        entries.TryGetValue(name, out string? value) ? value : null;
}
