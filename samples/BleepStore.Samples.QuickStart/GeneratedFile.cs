using System.Globalization;

namespace BleepStore.Samples.QuickStart;

/// <summary>A text file of a little over 24 MiB, made of numbered lines of 64 bytes, so that any slice of it can be recognised.</summary>
internal static class GeneratedFile
{
    public const int LineLength = 64;

    public const int Lines = (24 * 1024 * 1024 / LineLength) + 1000;

    public static async Task<FileInfo> CreateAsync(DirectoryInfo folder, CancellationToken cancellationToken)
    {
        var file = new FileInfo(Path.Combine(folder.FullName, "generated.txt"));
        await using StreamWriter writer = file.CreateText();
        writer.NewLine = "\n";
        for (int number = 0; number < Lines; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await writer.WriteLineAsync(Line(number));
        }

        return file;
    }

    public static string Line(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"line {number:00000000} ").PadRight(LineLength - 1, '.');
}
