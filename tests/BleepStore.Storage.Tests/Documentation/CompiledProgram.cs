using System.Globalization;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace BleepStore.Storage.Tests.Documentation;

/// <summary>
/// Compiles a whole <c>Program.cs</c> unchanged, with the implicit usings of its SDK, the framework, and the packages that the page tells
/// the reader to add.
/// </summary>
internal sealed class CompiledProgram
{
    private static readonly string[] ConsoleUsings =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks",
    ];

    private static readonly string[] WebUsings =
    [
        .. ConsoleUsings,
        "System.Net.Http.Json",
        "Microsoft.AspNetCore.Builder",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Http",
        "Microsoft.AspNetCore.Routing", "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection",
        "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging",
    ];

    private static readonly CSharpParseOptions Language = new(LanguageVersion.Latest);

    private static readonly CSharpCompilationOptions Options = new CSharpCompilationOptions(OutputKind.ConsoleApplication)
        .WithNullableContextOptions(NullableContextOptions.Enable)
        .WithGeneralDiagnosticOption(ReportDiagnostic.Error)
        .WithSpecificDiagnosticOptions(new Dictionary<string, ReportDiagnostic>(StringComparer.Ordinal)
        {
            // A package that asks for an older version of another: every project built by the SDK leaves these two out.
            ["CS1701"] = ReportDiagnostic.Suppress,
            ["CS1702"] = ReportDiagnostic.Suppress,
        });

    private static readonly string Framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    private static readonly string[] WebFramework = FindWebFramework();

    /// <summary>The assemblies that the tests run with, which have the packages, and those of the web framework, by name.</summary>
    private static readonly Dictionary<string, string> Assemblies = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Concat(WebFramework)
        .GroupBy(static path => Path.GetFileNameWithoutExtension(path), StringComparer.Ordinal)
        .ToDictionary(static group => group.Key, static group => group.First(), StringComparer.Ordinal);

    private readonly CodeBlock _block;
    private readonly CSharpCompilation _compilation;

    public CompiledProgram(CodeBlock block)
    {
        _block = block;
        bool isWeb = block.Kind == BlockKind.Web;
        string usings = string.Concat((isWeb ? WebUsings : ConsoleUsings).Select(static name => $"global using {name};\n"));
        _compilation = CSharpCompilation.Create(
            "Program",
            [CSharpSyntaxTree.ParseText(usings, Language), CSharpSyntaxTree.ParseText(block.Text, Language, block.Page)],
            References(block.Packages, isWeb),
            Options);
    }

    /// <summary>What the compiler says, with the page and its line; empty when all is well.</summary>
    public IReadOnlyList<string> Faults() => _compilation.GetDiagnostics()
        .Where(static fault => fault.Severity == DiagnosticSeverity.Error)
        .Select(fault =>
        {
            int line = _block.Line + fault.Location.GetLineSpan().StartLinePosition.Line;
            return $"{_block.Page}:{line}: {fault.Id}: {fault.GetMessage(CultureInfo.InvariantCulture)}";
        })
        .ToList();

    private static IEnumerable<MetadataReference> References(IEnumerable<string> packages, bool isWeb)
    {
        HashSet<string> chosen = Assemblies
            .Where(static item => Path.GetDirectoryName(item.Value) == Framework)
            .Select(static item => item.Key)
            .Concat(isWeb ? WebFramework.Select(static path => Path.GetFileNameWithoutExtension(path)) : [])
            .ToHashSet(StringComparer.Ordinal);
        var waiting = new Queue<string>(packages);
        while (waiting.TryDequeue(out string? name))
        {
            // A package brings what it refers to along.
            if (Assemblies.TryGetValue(name, out string? path) && chosen.Add(name))
            {
                foreach (string needed in Needed(path))
                {
                    waiting.Enqueue(needed);
                }
            }
        }

        return chosen.Select(static name => MetadataReference.CreateFromFile(Assemblies[name]));
    }

    /// <summary>
    /// It stands beside the framework that the tests run on, because the SDK brings both. The test project does not refer to it: that would
    /// take packages out of its output, which the programs that tests start need.
    /// </summary>
    private static string[] FindWebFramework()
    {
        string root = Path.Combine(Framework, "..", "..", "Microsoft.AspNetCore.App");
        string[] versions = Directory.Exists(root) ? Directory.GetDirectories(root, $"{Environment.Version.Major}.*") : [];
        return versions.Length > 0
            ? Directory.GetFiles(versions.Order(StringComparer.Ordinal).Last(), "*.dll")
            : throw new DirectoryNotFoundException(
                $"{root} has no version {Environment.Version.Major}. Install the SDK, which brings the web framework.");
    }

    private static string[] Needed(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        MetadataReader metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
