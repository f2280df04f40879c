using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace BleepStore.Storage.Tests.Style;

/// <summary>Finds the sentences of doc comments, comments, messages and pages.</summary>
internal static partial class Prose
{
    private const string DocComment = "///";

    private const string Comment = "//";

    private const string RawString = "\"\"\"";

    /// <summary>A text with fewer words is a name or a fragment, not a message.</summary>
    private const int MinMessageWords = 4;

    private static readonly CSharpParseOptions Language = new(LanguageVersion.Preview, DocumentationMode.None);

    public static IEnumerable<ProseSentence> DocComments(string file, string source) =>
        Blocks(source, static line => line.StartsWith(DocComment, StringComparison.Ordinal)).SelectMany(block =>
            Element().Matches(block.Text).SelectMany(element =>
                ProseSentence.Of(
                    file, block.Line, Tag().Replace(Reference().Replace(element.Groups["text"].Value, "${name}"), "").Trim())));

    /// <summary>Comments that have lines of their own.</summary>
    public static IEnumerable<ProseSentence> Comments(string file, string source) =>
        Blocks(
            source,
            static line => line.StartsWith(Comment, StringComparison.Ordinal) && !line.StartsWith(DocComment, StringComparison.Ordinal))
            .SelectMany(block => ProseSentence.Of(file, block.Line, block.Text));

    /// <summary>Texts of whole sentences, as exceptions and validators have them. A value in a text counts as one word.</summary>
    public static IEnumerable<ProseSentence> Messages(string file, string source)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(source, Language);
        foreach (ExpressionSyntax text in tree.GetRoot().DescendantNodes().OfType<ExpressionSyntax>().Where(IsWholeText))
        {
            string message = TextOf(text).Trim();
            int words = message.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
            if (words >= MinMessageWords && message.EndsWith('.'))
            {
                int line = tree.GetLineSpan(text.Span).StartLinePosition.Line + 1;
                foreach (ProseSentence sentence in ProseSentence.Of(file, line, message))
                {
                    yield return sentence;
                }
            }
        }
    }

    /// <summary>The paragraphs and list items of a page, without code, tables and headings.</summary>
    public static IEnumerable<ProseSentence> Markdown(string file, string page)
    {
        string text = Fence().Replace(
            page.ReplaceLineEndings("\n"), static fence => new string('\n', fence.Value.Count(static one => one == '\n')));
        text = Link().Replace(TableOrHeading().Replace(text, ""), "${label}");
        int line = 1;
        foreach (string paragraph in Paragraph().Split(text))
        {
            string words = string.Join(' ', paragraph.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimStart('*', '-', ' ');
            foreach (ProseSentence sentence in ProseSentence.Of(file, line, words))
            {
                yield return sentence;
            }

            line += paragraph.Count(static one => one == '\n');
        }
    }

    /// <summary>Neighbouring lines of one kind, as one text. Lines of raw strings are no comments.</summary>
    private static IEnumerable<(int Line, string Text)> Blocks(string source, Func<string, bool> belongs)
    {
        string[] lines = [.. source.ReplaceLineEndings("\n").Split('\n').Select(static line => line.Trim())];
        bool isRaw = false;
        for (int at = 0; at < lines.Length; at++)
        {
            isRaw ^= lines[at].Split(RawString).Length == 2;
            if (isRaw || !belongs(lines[at]))
            {
                continue;
            }

            int first = at;
            while (at + 1 < lines.Length && belongs(lines[at + 1]))
            {
                at++;
            }

            yield return (first + 1, string.Join(' ', lines[first..(at + 1)].Select(static line => line.TrimStart('/').Trim())));
        }
    }

    private static bool IsText(SyntaxNode? node) => node switch
    {
        LiteralExpressionSyntax literal => literal.IsKind(SyntaxKind.StringLiteralExpression),
        InterpolatedStringExpressionSyntax => true,
        BinaryExpressionSyntax sum when sum.IsKind(SyntaxKind.AddExpression) => IsText(sum.Left) || IsText(sum.Right),
        _ => false,
    };

    private static bool IsWholeText(ExpressionSyntax node) =>
        IsText(node) && node.Parent is not (BinaryExpressionSyntax or AttributeArgumentSyntax);

    private static string TextOf(ExpressionSyntax node) => node switch
    {
        LiteralExpressionSyntax literal => literal.Token.ValueText,
        InterpolatedStringExpressionSyntax parts => string.Concat(parts.Contents.Select(static part =>
            part is InterpolatedStringTextSyntax text ? text.TextToken.ValueText : "X")),
        BinaryExpressionSyntax sum => TextOf(sum.Left) + TextOf(sum.Right),
        _ => "X",
    };

    [GeneratedRegex(
        @"<(?<tag>summary|remarks|param|returns|exception|value|para)\b[^>]*>(?<text>.*?)</\k<tag>>",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Element();

    [GeneratedRegex(
        "<(?:see|paramref|typeparamref) \\w+=\"(?:[\\w.]*[.:])?(?<name>[\\w{}<>]+)[^\"]*\"\\s*/?>", RegexOptions.ExplicitCapture)]
    private static partial Regex Reference();

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tag();

    [GeneratedRegex("```.*?```", RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^(?:\|.*|#+.*)$", RegexOptions.Multiline)]
    private static partial Regex TableOrHeading();

    [GeneratedRegex(@"\[(?<label>[^\]]*)\]\([^)]*\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex(@"(\n\s*\n|\n(?=[*\-\d]))")]
    private static partial Regex Paragraph();
}
