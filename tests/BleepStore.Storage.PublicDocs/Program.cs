using System.Xml.Linq;
using BleepStore.Storage.PublicDocs;

if (args is not [var assembly, var docs, var publicDocs, var references])
{
    await Console.Error.WriteLineAsync("usage: PublicDocs ASSEMBLY DOCS.xml PUBLIC-DOCS.xml REFERENCES.txt");
    return 2;
}

XDocument document = XDocument.Load(docs, LoadOptions.PreserveWhitespace);
PublicMembers.Keep(document, assembly, await File.ReadAllLinesAsync(references));
Directory.CreateDirectory(Path.GetDirectoryName(publicDocs)!);
document.Save(publicDocs, SaveOptions.DisableFormatting);
return 0;
