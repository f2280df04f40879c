using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace BleepStore.Storage.Gcp.TestServer.Signing;

/// <summary>Checks the policies of forms ("Signatures", Policy document).</summary>
internal sealed class PostPolicy(SigningKeys keys, TimeProvider time)
{
    private const string PolicyField = "policy";
    private const string SignatureField = "x-goog-signature";
    private const string IgnoredPrefix = "x-ignore-";

    /// <exception cref="GcsError">The form was not signed, has expired, or is not what the policy allows.</exception>
    public void Verify(PostForm form, string bucket)
    {
        string policy = form[PolicyField] ?? throw GcsError.AccessDenied("Anonymous caller does not have access to the bucket.");
        CredentialScope.RequireAlgorithm(Require(form, "x-goog-algorithm"));
        var scope = CredentialScope.Read(Require(form, "x-goog-credential"), Require(form, "x-goog-date"));
        keys.Verify(scope.Account, policy, Require(form, SignatureField));
        if (!Base64.IsValid(policy))
        {
            throw Invalid("It is not Base64.");
        }

        try
        {
            using var document = JsonDocument.Parse(Convert.FromBase64String(policy));
            RequireTime(document.RootElement);
            RequireConditions(document.RootElement, form, bucket);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Invalid("It is not JSON with an expiration and conditions.");
        }
    }

    private static string Require(PostForm form, string field) => form[field] ?? throw Invalid($"The form has no field {field}.");

    private void RequireTime(JsonElement policy)
    {
        string expiration = policy.GetProperty("expiration").GetString()!;
        var expires = DateTimeOffset.Parse(expiration, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        if (time.GetUtcNow() >= expires)
        {
            throw GcsError.Xml(400, "ExpiredToken", "The provided token has expired.", $"The policy expired at {expires:O}");
        }
    }

    private static void RequireConditions(JsonElement policy, PostForm form, string bucket)
    {
        var listed = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { PolicyField, SignatureField };
        foreach (JsonElement condition in policy.GetProperty("conditions").EnumerateArray())
        {
            if (condition.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty exact in condition.EnumerateObject())
                {
                    listed.Add(exact.Name);
                    RequireValue(exact.Name, ValueOf(form, bucket, exact.Name) == exact.Value.GetString());
                }
            }
            else if (condition[0].GetString() is "content-length-range")
            {
                RequireLength(form.File.Length, Number(condition[1]), Number(condition[2]));
            }
            else
            {
                listed.Add(RequireArray(condition, form, bucket));
            }
        }

        IEnumerable<string> checkedFields =
            form.Fields.Keys.Where(static name => !name.StartsWith(IgnoredPrefix, StringComparison.OrdinalIgnoreCase));
        if (checkedFields.FirstOrDefault(name => !listed.Contains(name)) is { } extra)
        {
            throw Invalid($"The policy does not name the field {extra}.");
        }
    }

    /// <returns>The name of the field.</returns>
    private static string RequireArray(JsonElement condition, PostForm form, string bucket)
    {
        string field = condition[1].GetString()!;
        if (field is not ['$', .. var name])
        {
            throw Invalid($"The field {field} does not begin with a dollar sign.");
        }

        string value = ValueOf(form, bucket, name) ?? throw Invalid($"The form has no field {name}.");
        string wanted = condition[2].GetString()!;
        RequireValue(name, condition[0].GetString() switch
        {
            "eq" => value == wanted,
            "starts-with" => value.StartsWith(wanted, StringComparison.Ordinal),
            var other => throw GcsError.NotModelled($"the condition '{other}'"),
        });
        return name;
    }

    /// <summary>The bucket is in the path, and the key is the name that the object gets.</summary>
    private static string? ValueOf(PostForm form, string bucket, string field) => field.ToLowerInvariant() switch
    {
        "bucket" => bucket,
        PostForm.KeyField => form.Name,
        var name => form[name],
    };

    private static void RequireValue(string field, bool holds)
    {
        if (!holds)
        {
            throw Invalid($"The field {field} does not meet its condition.");
        }
    }

    private static void RequireLength(long length, long least, long most)
    {
        if (length < least)
        {
            throw GcsError.EntityTooSmall(length, least);
        }

        if (length > most)
        {
            throw GcsError.EntityTooLarge(length, most);
        }
    }

    private static long Number(JsonElement number) =>
        number.ValueKind == JsonValueKind.String ? long.Parse(number.GetString()!, CultureInfo.InvariantCulture) : number.GetInt64();

    private static GcsError Invalid(string details) => GcsError.Xml(
        400, "InvalidPolicyDocument", "The content of the form does not meet the conditions specified in the policy document.", details);
}
