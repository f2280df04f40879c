using BleepStore.Storage.Gcp.TestServer.Http;
using BleepStore.Storage.Gcp.TestServer.State;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace BleepStore.Storage.Gcp.TestServer.Signing;

/// <summary>A form with a file ("Upload an object with HTML forms").</summary>
/// <param name="Fields">The fields before the file. Names are compared without regard to case.</param>
/// <param name="FileName">The name of the file.</param>
/// <param name="File">The bytes of the file.</param>
internal sealed record PostForm(IReadOnlyDictionary<string, string> Fields, string FileName, Content File)
{
    public const string FileField = "file";
    public const string KeyField = "key";

    private const string FileNameVariable = "${filename}";
    private const int MaxFields = 100;

    /// <summary>The name of the object.</summary>
    public string Name => Fields[KeyField].Replace(FileNameVariable, FileName, StringComparison.Ordinal);

    public string? this[string field] => Fields.GetValueOrDefault(field);

    public static bool IsForm(GcsRequest request) =>
        request.Method == "POST" && Type(request)?.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>"The file must be the last field": what follows it is not read.</summary>
    public static async Task<PostForm> ReadAsync(GcsRequest request)
    {
        string boundary = HeaderUtilities.RemoveQuotes(Type(request)!.Boundary).ToString();
        var reader = new MultipartReader(boundary, request.Http.Request.Body);
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadNextSectionAsync(request.Aborted) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition))
            {
                throw Malformed("A part has no name.");
            }

            string name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
            if (name == FileField)
            {
                var fileName = disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName;
                var content = await Content.ReadAsync(section.Body, request.Aborted);
                await request.Http.Request.Body.CopyToAsync(Stream.Null, request.Aborted);
                return fields.ContainsKey(KeyField)
                    ? new PostForm(fields, HeaderUtilities.RemoveQuotes(fileName).ToString(), content)
                    : throw Malformed("The form has no key.");
            }

            using var text = new StreamReader(section.Body);
            if (fields.Count == MaxFields || !fields.TryAdd(name, await text.ReadToEndAsync(request.Aborted)))
            {
                throw Malformed($"The field {name} is there twice, or there are too many.");
            }
        }

        throw Malformed("The form has no file.");
    }

    private static MediaTypeHeaderValue? Type(GcsRequest request) =>
        MediaTypeHeaderValue.TryParse(request.Http.Request.ContentType, out MediaTypeHeaderValue? type) ? type : null;

    private static GcsError Malformed(string details) => GcsError.Xml(400, "InvalidArgument", "Invalid argument.", details);
}
