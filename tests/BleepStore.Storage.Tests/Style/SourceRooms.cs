using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace BleepStore.Storage.Tests.Style;

/// <summary>
/// The uses between the folders of a project. A folder uses another when a name in its code stands for a type, or a member of a type, that
/// the other one declares. Documentation does not count.
/// </summary>
internal sealed class SourceRooms
{
    private static readonly CSharpParseOptions Language = new(LanguageVersion.Preview, DocumentationMode.None);

    private static readonly MetadataReference[] Platform = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(static path => MetadataReference.CreateFromFile(path))];

    private readonly string _root;
    private readonly Dictionary<(string From, string To), string> _uses = [];

    /// <param name="root">The project's folder.</param>
    public SourceRooms(string root)
    {
        _root = root;
        SyntaxTree[] trees = [.. Files(root).Select(static file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), Language, file))];
        SyntaxTree usings = CSharpSyntaxTree.ParseText(
            string.Concat(new[]
            {
                "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading",
                "System.Threading.Tasks",
            }
                .Select(static name => $"global using global::{name};\n")),
            Language);
        string self = $"{Path.GetFileName(root)}.dll";
        var compilation = CSharpCompilation.Create(
            "Rooms",
            [usings, .. trees],
            Platform.Where(reference => Path.GetFileName(reference.Display) != self),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        Names = trees.Select(tree => RoomOf(tree.FilePath)).ToHashSet(StringComparer.Ordinal);
        foreach (SyntaxTree tree in trees)
        {
            Read(tree, compilation.GetSemanticModel(tree));
        }
    }

    /// <summary>The folders that hold files, with slashes; the project's own is empty.</summary>
    public IReadOnlySet<string> Names { get; }

    /// <summary>Each use of another folder, with one place where it is.</summary>
    public IEnumerable<(string From, string To, string Place)> Uses => _uses.Select(static use => (use.Key.From, use.Key.To, use.Value));

    private static IEnumerable<string> Files(string root) => Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
        .Where(file => Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"));

    private void Read(SyntaxTree tree, SemanticModel model)
    {
        string from = RoomOf(tree.FilePath);
        foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
        {
            // A call that binds to nothing, for example where generated code is missing, is judged by what it could mean.
            SymbolInfo found = model.GetSymbolInfo(name);
            ISymbol? symbol = found.Symbol ?? found.CandidateSymbols.FirstOrDefault();
            INamedTypeSymbol? type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
            if (type?.OriginalDefinition.DeclaringSyntaxReferences is not [{ SyntaxTree.FilePath: { Length: > 0 } file }, ..])
            {
                continue;
            }

            string to = RoomOf(file);
            if (from != to)
            {
                int line = tree.GetLineSpan(name.Span).StartLinePosition.Line + 1;
                _uses.TryAdd((from, to), $"{Path.GetRelativePath(_root, tree.FilePath)}:{line} uses {type.Name}");
            }
        }
    }

    private string RoomOf(string file) =>
        (Path.GetDirectoryName(Path.GetRelativePath(_root, file)) ?? "").Replace(Path.DirectorySeparatorChar, '/');
}
