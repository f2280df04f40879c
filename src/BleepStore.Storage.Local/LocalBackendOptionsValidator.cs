using BleepStore.Storage.Backends.Toolkit;
using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Local;

/// <summary>The rules of <see cref="LocalBackendOptions"/>.</summary>
internal sealed class LocalBackendOptionsValidator : IValidateOptions<LocalBackendOptions>
{
    public static string? Fault(LocalBackendOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.RootPath))
        {
            return $"{nameof(options.RootPath)} is missing. Set it to the folder that holds the store.";
        }

        if (options.RootPath.Contains('\0', StringComparison.Ordinal))
        {
            return $"{nameof(options.RootPath)} holds a NUL character.";
        }

        return Enum.IsDefined(options.Durability)
            ? null
            : $"{nameof(options.Durability)} is {options.Durability}. Set it to {nameof(Durability.Full)} or {nameof(Durability.None)}.";
    }

    /// <summary>A host also checks the disk, because it must not start with an impossible root.</summary>
    public ValidateOptionsResult Validate(string? name, LocalBackendOptions options) =>
        OptionFaults.Result(name, "local backend", (Fault(options) ?? FaultOnDisk(options)) is { } fault ? [fault] : []);

    private static string? FaultOnDisk(LocalBackendOptions options) => FileInTheWay(options.RootPath) is { } file
        ? $"{nameof(options.RootPath)} is '{options.RootPath}', and '{file}' is a file. "
            + "Set it to a folder, or to a path where one can be made."
        : null;

    /// <summary>Returns the path of a file that stands in the place of the root or of a folder above it.</summary>
    private static string? FileInTheWay(string rootPath)
    {
        for (string? path = Path.GetFullPath(rootPath); path is not null; path = Path.GetDirectoryName(path))
        {
            if (Directory.Exists(path))
            {
                return null;
            }

            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
