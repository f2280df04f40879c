using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Tests.Documentation;

/// <summary>
/// Compiles a block of the documentation in a reader's context. The usings come first, then types, then statements inside an asynchronous
/// method with the variables of <see cref="Given"/>. Declarations of the block hide them.
/// </summary>
internal sealed class CompiledBlock
{
    /// <summary>The usings that a block need not say, beside those of the SDK.</summary>
    private static readonly string[] ImplicitUsings =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks",
        "BleepStore.Storage", "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection",
    ];

    /// <summary>The variables that a block need not declare.</summary>
    private const string Given = """
            static ObjectStore store = null!;
            static Bucket bucket = null!;
            static IServiceCollection services = null!;
            static IConfiguration configuration = null!;
            static CancellationToken cancellationToken;
        """;

    private const string EntryPoint = "Example";

    private static readonly CSharpParseOptions Language = new(LanguageVersion.Latest);

    private static readonly CSharpCompilationOptions Options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)
        .WithNullableContextOptions(NullableContextOptions.Enable)
        .WithGeneralDiagnosticOption(ReportDiagnostic.Error)
        .WithSpecificDiagnosticOptions(new Dictionary<string, ReportDiagnostic>(StringComparer.Ordinal)
        {
            // A package that asks for an older version of another: every project built by the SDK leaves these two out.
            ["CS1701"] = ReportDiagnostic.Suppress,
            ["CS1702"] = ReportDiagnostic.Suppress,

            // A block may show a value and leave it at that, and need not use what is given.
            ["CS0168"] = ReportDiagnostic.Suppress,
            ["CS0169"] = ReportDiagnostic.Suppress,
            ["CS0219"] = ReportDiagnostic.Suppress,
            ["CS0414"] = ReportDiagnostic.Suppress,
            ["CS1998"] = ReportDiagnostic.Suppress,

            // A using that the block does without teaches that it is needed.
            ["CS8019"] = ReportDiagnostic.Error,
        });

    private static readonly SyntaxTree GlobalUsings = CSharpSyntaxTree.ParseText(UsingsText, Language);

    /// <summary>Everything that the tests run with: the framework, the library, and the packages that pages mention.</summary>
    private static readonly MetadataReference[] References = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(static path => (MetadataReference)MetadataReference.CreateFromFile(path))
        .ToArray();

    private readonly CSharpCompilation _compilation;

    public CompiledBlock(CodeBlock block)
    {
        var unit = (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(block.Text, Language).GetRoot();
        HasStatements = unit.Members.OfType<GlobalStatementSyntax>().Any();
        SyntaxTree tree = CSharpSyntaxTree.ParseText(Wrap(block, unit), Language);
        _compilation = CSharpCompilation.Create($"Documentation.{Guid.NewGuid():N}", [GlobalUsings, tree], References, Options);
    }

    public bool HasStatements { get; }

    /// <summary>The usings that a block need not say, as a file of their own.</summary>
    public static string UsingsText => string.Concat(ImplicitUsings.Select(static name => $"global using {name};\n"));

    /// <summary>A block as a file that can be compiled beside those of other blocks.</summary>
    public static string FileText(CodeBlock block) =>
        Wrap(block, (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(block.Text, Language).GetRoot(), $"Block{block.Line}");

    /// <summary>What the compiler says, with the page and its line; empty when all is well.</summary>
    public IReadOnlyList<string> Faults() => _compilation.GetDiagnostics()
        .Where(static fault => fault.Severity == DiagnosticSeverity.Error && fault.Location.SourceTree != GlobalUsings)
        .Select(static fault =>
        {
            FileLinePositionSpan place = fault.Location.GetMappedLineSpan();
            return $"{place.Path}:{place.StartLinePosition.Line + 1}: {fault.Id}: " +
                $"{fault.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}";
        })
        .ToList();

    public async Task RunAsync(
        ObjectStore store, Bucket bucket, IServiceCollection services, IConfiguration configuration, CancellationToken cancellationToken)
    {
        using var image = new MemoryStream();
        Assert.That(_compilation.Emit(image, cancellationToken: cancellationToken).Success, Is.True);
        image.Position = 0;
        var context = new AssemblyLoadContext(_compilation.AssemblyName, isCollectible: true);
        try
        {
            MethodInfo run = context.LoadFromStream(image).GetType(EntryPoint)!.GetMethod("RunAsync")!;
            await (Task)run.Invoke(obj: null, [store, bucket, services, configuration, cancellationToken])!;
        }
        finally
        {
            context.Unload();
        }
    }

    private static string Wrap(CodeBlock block, CompilationUnitSyntax unit, string? ownNamespace = null)
    {
        var source = new StringBuilder();
        foreach (UsingDirectiveSyntax directive in unit.Usings)
        {
            Append(source, block, directive);
        }

        source.Append(ownNamespace is null ? "" : $"\n#line hidden\nnamespace {ownNamespace};\n");
        foreach (MemberDeclarationSyntax type in unit.Members.Where(static member => member is not GlobalStatementSyntax))
        {
            Append(source, block, type);
        }

        source.Append("\n#line hidden\npublic static class ").Append(EntryPoint).Append("\n{\n").Append(Given).Append(
            """

                public static Task RunAsync(ObjectStore s, Bucket b, IServiceCollection c, IConfiguration o, CancellationToken t)
                {
                    (store, bucket, services, configuration, cancellationToken) = (s, b, c, o, t);
                    return BlockAsync();
                }

                private static async Task BlockAsync()
                {

            """);
        foreach (GlobalStatementSyntax statement in unit.Members.OfType<GlobalStatementSyntax>())
        {
            Append(source, block, statement);
        }

        // What is left over at the end of the block (a comment, or what the parser could not place) belongs to the code, too.
        Append(source, block, unit.EndOfFileToken.FullSpan.Start, unit.EndOfFileToken.ToFullString());
        return source.Append("\n#line hidden\n    }\n}\n").ToString();
    }

    private static void Append(StringBuilder source, CodeBlock block, SyntaxNode node) =>
        Append(source, block, node.FullSpan.Start, node.ToFullString());

    private static void Append(StringBuilder source, CodeBlock block, int start, string code)
    {
        int line = block.Line + block.Text.AsSpan(0, start).Count('\n');
        source.Append("\n#line ").Append(line).Append(" \"").Append(block.Page).Append("\"\n").Append(code);
    }
}
