using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace BleepStore.Storage.Engine.Links;

/// <summary>The query of a link, while it is built or after it was received.</summary>
internal sealed class LinkFields
{
    public const string Signature = "signature";

    private const string Version = "bleepstore-link-1";
    private const string Method = "method";
    private const string Expires = "expires";
    private const string ResponseContentType = "response-content-type";
    private const string ResponseContentDisposition = "response-content-disposition";
    private const string ResponseCacheControl = "response-cache-control";
    private const string ContentType = "content-type";
    private const string ContentLength = "content-length";
    private const string ContentMd5 = "content-md5";
    private const string Upload = "upload";
    private const string Part = "part";
    private const string Metadata = "meta-";

    private readonly SortedDictionary<string, string> _fields = new(StringComparer.Ordinal);

    public static LinkFields Of(SignedLink link)
    {
        var fields = new LinkFields();
        fields.Add(Method, link.Method.ToString());
        fields.Add(Expires, link.ExpiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        fields.Add(ResponseContentType, link.Options.ResponseContentType);
        fields.Add(ResponseContentDisposition, link.Options.ResponseContentDisposition);
        fields.Add(ResponseCacheControl, link.Options.ResponseCacheControl);
        fields.Add(ContentType, link.Options.ContentType);
        fields.Add(ContentLength, link.Options.ContentLength?.ToString(CultureInfo.InvariantCulture));
        fields.Add(ContentMd5, link.Options.ContentMd5 is { } md5 ? Convert.ToHexStringLower(md5.Span) : null);
        fields.Add(Upload, link.UploadId);
        fields.Add(Part, link.UploadId is null ? null : link.PartNumber.ToString(CultureInfo.InvariantCulture));
        foreach ((string name, string value) in link.Options.Metadata)
        {
            fields.Add(Metadata + name, value);
        }

        return fields;
    }

    /// <summary>Reads a query that can be anything.</summary>
    /// <param name="query">The names and values, decoded.</param>
    /// <param name="fields">All but the signature.</param>
    /// <param name="signature">The signature.</param>
    /// <returns>Whether each name is there once, and the signature among them.</returns>
    public static bool TryRead(
        IEnumerable<KeyValuePair<string, string>> query,
        [NotNullWhen(true)] out LinkFields? fields,
        [NotNullWhen(true)] out string? signature)
    {
        fields = new LinkFields();
        bool areDistinct = true;
        foreach ((string name, string value) in query)
        {
            areDistinct &= fields._fields.TryAdd(name, value);
        }

        return fields._fields.Remove(Signature, out signature) && areDistinct;
    }

    /// <summary>The text that is signed. Every field has its length before it, so no two links have one text.</summary>
    /// <param name="store">The store's name. A link of one store is none of another.</param>
    /// <param name="address">The object.</param>
    public byte[] ToText(string store, ObjectAddress address)
    {
        var text = new MemoryStream();
        Write(text, Version);
        Write(text, store);
        Write(text, address.Bucket);
        Write(text, address.Key);
        foreach ((string name, string value) in _fields)
        {
            Write(text, name);
            Write(text, value);
        }

        return text.ToArray();
    }

    /// <summary>The query, without the question mark.</summary>
    public string ToQuery(string signature)
    {
        var query = new StringBuilder();
        foreach ((string name, string value) in _fields)
        {
            query.Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value)).Append('&');
        }

        return query.Append(Signature).Append('=').Append(signature).ToString();
    }

    /// <summary>Reads the fields that <see cref="Of"/> wrote. Only for fields whose signature was verified.</summary>
    public SignedLink ToLink(ObjectAddress address) => new()
    {
        Bucket = address.Bucket,
        Key = address.Key,
        Method = Enum.Parse<PresignMethod>(_fields[Method]),
        ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(long.Parse(_fields[Expires], CultureInfo.InvariantCulture)),
        UploadId = Find(Upload),
        PartNumber = Find(Part) is { } part ? int.Parse(part, CultureInfo.InvariantCulture) : 0,
        Options = new PresignOptions
        {
            ResponseContentType = Find(ResponseContentType),
            ResponseContentDisposition = Find(ResponseContentDisposition),
            ResponseCacheControl = Find(ResponseCacheControl),
            ContentType = Find(ContentType),
            ContentLength = Find(ContentLength) is { } length ? long.Parse(length, CultureInfo.InvariantCulture) : null,
            ContentMd5 = Find(ContentMd5) is { } md5 ? (ReadOnlyMemory<byte>?)Convert.FromHexString(md5) : null,
            Metadata = _fields
                .Where(static field => field.Key.StartsWith(Metadata, StringComparison.Ordinal))
                .ToDictionary(static field => field.Key[Metadata.Length..], static field => field.Value, StringComparer.Ordinal),
        },
    };

    private static void Write(MemoryStream text, string field)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(field);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        text.Write(length);
        text.Write(bytes);
    }

    private void Add(string name, string? value)
    {
        if (value is not null)
        {
            _fields.Add(name, value);
        }
    }

    private string? Find(string name) => _fields.GetValueOrDefault(name);
}
