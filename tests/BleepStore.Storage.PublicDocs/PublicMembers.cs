using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace BleepStore.Storage.PublicDocs;

/// <summary>Removes from an XML file of comments what users of the assembly cannot call.</summary>
public static class PublicMembers
{
    /// <summary>Removes the entries of members that are not visible outside the assembly.</summary>
    /// <param name="document">The file that the compiler has written.</param>
    /// <param name="assembly">The path of the assembly.</param>
    /// <param name="references">The paths of the assemblies that it refers to.</param>
    public static void Keep(XDocument document, string assembly, IEnumerable<string> references)
    {
        CSharpCompilation compilation = CSharpCompilation.Create(
            "docs", references: references.Append(assembly).Select(static path => MetadataReference.CreateFromFile(path)));
        foreach (XElement member in document.Descendants("member").ToList())
        {
            string id = member.Attribute("name")!.Value;
            if (!IsVisible(DocumentationCommentId.GetFirstSymbolForDeclarationId(id, compilation)))
            {
                // Its line goes with it.
                (member.PreviousNode as XText)?.Remove();
                member.Remove();
            }
        }
    }

    /// <remarks>A compilation without code of its own imports only what other assemblies can see, and some private members.</remarks>
    private static bool IsVisible(ISymbol? symbol)
    {
        for (ISymbol? each = symbol; each is not null and not INamespaceSymbol; each = each.ContainingSymbol)
        {
            if (each.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal))
            {
                return false;
            }
        }

        return symbol is not null;
    }
}
