using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace BleepStore.Storage.AspNetCore.Uploads;

/// <summary>Reads a form section by section, and stores its files.</summary>
internal sealed class FormReader(Bucket bucket, Func<FormFileInfo, FormFileTarget?> choose, FormUploadOptions options, string boundary)
{
    private const int MaximumBoundaryLength = 200;

    private readonly Dictionary<string, StringValues> _fields = new(StringComparer.Ordinal);
    private readonly List<StoredFormFile> _files = [];
    private int _fieldCount;
    private int _fileCount;

    /// <exception cref="BadHttpRequestException">The request is no form with files.</exception>
    public static string BoundaryOf(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            throw Refusals.NoForm();
        }

        string boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        return boundary.Length is > 0 and <= MaximumBoundaryLength
            ? boundary
            : throw Refusals.Malformed("The form has no boundary, or one that is too long.");
    }

    public async Task<FormUpload> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        try
        {
            var reader = new MultipartReader(boundary, body);
            while (await reader.ReadNextSectionAsync(cancellationToken).ConfigureAwait(false) is { } section)
            {
                await ReadAsync(section, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (InvalidDataException malformed)
        {
            throw Refusals.Malformed("The form is malformed.", malformed);
        }
        catch (IOException cut) when (cut is not BadHttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            throw Refusals.Malformed("The form ends before its last boundary.", cut);
        }

        return new FormUpload { Files = [.. _files], Fields = _fields };
    }

    private async Task ReadAsync(MultipartSection section, CancellationToken cancellationToken)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition)
            || !disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase))
        {
            throw Refusals.Malformed("A section of the form has no name.");
        }

        string name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
        if (disposition.IsFileDisposition())
        {
            await StoreAsync(section, name, FileNameOf(disposition), cancellationToken).ConfigureAwait(false);
        }
        else if (++_fieldCount > options.MaxFields)
        {
            throw Refusals.TooLarge("The number of fields", options.MaxFields);
        }
        else
        {
            string value = await ReadFieldAsync(section, cancellationToken).ConfigureAwait(false);
            _fields[name] = StringValues.Concat(_fields.GetValueOrDefault(name), value);
        }
    }

    private async Task<string> ReadFieldAsync(MultipartSection section, CancellationToken cancellationToken)
    {
        var limited = new LimitedStream(section.Body, options.MaxFieldLength, "A field");
        using var reader = new StreamReader(limited, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task StoreAsync(MultipartSection section, string name, string fileName, CancellationToken cancellationToken)
    {
        // A browser sends a field without a file name when no file was chosen.
        if (fileName.Length == 0)
        {
            return;
        }

        if (++_fileCount > options.MaxFiles)
        {
            throw Refusals.TooLarge("The number of files", options.MaxFiles);
        }

        var file = new FormFileInfo
        {
            FieldName = name,
            FileName = fileName,
            ContentType = section.ContentType,
            Fields = new Dictionary<string, StringValues>(_fields, StringComparer.Ordinal),
        };
        if (choose(file) is not { } target)
        {
            return;
        }

        PutOptions put = target.Options ?? new PutOptions();
        string? type = section.ContentType is { } sent && !sent.AsSpan().ContainsAnyExceptInRange(' ', '~') ? sent.Trim() : null;
        Stream content = options.MaxFileLength is { } limit ? new LimitedStream(section.Body, limit, "A file") : section.Body;
        ObjectProperties stored = await bucket
            .PutAsync(target.Key, content, put with { ContentType = put.ContentType ?? type }, cancellationToken)
            .ConfigureAwait(false);
        _files.Add(new StoredFormFile(file, stored));
    }

    /// <summary>Old browsers send the whole path of a file, and a client can send any.</summary>
    private static string FileNameOf(ContentDispositionHeaderValue disposition)
    {
        StringSegment given = StringSegment.IsNullOrEmpty(disposition.FileNameStar) ? disposition.FileName : disposition.FileNameStar;
        string name = HeaderUtilities.RemoveQuotes(given).ToString();
        name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        return name is "." or ".." ? "" : name;
    }
}
