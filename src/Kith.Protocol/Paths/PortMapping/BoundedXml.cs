using System.Text;
using System.Xml;

namespace Kith.Protocol.Paths.PortMapping;

/// <summary>
/// XML as it comes from a device that nobody vouches for: no document type, no entities of its own, nothing fetched, and bounds on everything that a document can make large.
/// </summary>
internal static class BoundedXml
{
    /// <summary>Elements inside each other.</summary>
    public const int DepthMax = 32;

    /// <summary>Elements that are looked at.</summary>
    public const int ElementsMax = 4096;

    /// <summary>The longest text of an element that is kept, in characters.</summary>
    public const int TextCharactersMax = 512;

    /// <summary>Takes an element that holds text only; the names of those around it are in <paramref name="path"/>, the outermost first, its own last.</summary>
    public delegate void LeafHandler(IReadOnlyList<string> path, string text);

    /// <summary>
    /// Goes through a document. Each element without elements inside is handed on when it ends, with its text trimmed; every other when it ends with the text empty.
    /// False if it is no XML or passes a bound; what was handed on before is then to be forgotten.
    /// </summary>
    public static bool TryWalk(ReadOnlySpan<byte> document, LeafHandler onElement)
    {
        if (document.Length > PortMappingLimits.HttpBodyBytesMax)
        {
            return false;
        }

        // Some routers end their documents with zero bytes. The declared encoding is ignored: nobody declares another than UTF-8 and means it.
        string text = Encoding.UTF8.GetString(document.TrimEnd((byte)0)).TrimStart('\uFEFF');
        XmlReaderSettings settings = new()
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = PortMappingLimits.HttpBodyBytesMax,
            MaxCharactersFromEntities = 1024,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            IgnoreWhitespace = true,
            CheckCharacters = false,
        };
        try
        {
            using XmlReader reader = XmlReader.Create(new StringReader(text), settings);
            return Walk(reader, onElement);
        }
        catch (Exception failure) when (failure is XmlException or ArgumentException)
        {
            return false;
        }
    }

    private static bool Walk(XmlReader reader, LeafHandler onElement)
    {
        List<string> path = [];
        StringBuilder value = new();
        bool isLeaf = false;
        int elements = 0;
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (path.Count == DepthMax || ++elements > ElementsMax)
                    {
                        return false;
                    }

                    path.Add(reader.LocalName);
                    value.Clear();
                    isLeaf = true;
                    if (reader.IsEmptyElement)
                    {
                        End();
                    }

                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace:
                    if (value.Length + reader.Value.Length <= TextCharactersMax)
                    {
                        value.Append(reader.Value);
                    }

                    break;
                case XmlNodeType.EndElement:
                    End();
                    break;
            }
        }

        return elements > 0;

        void End()
        {
            onElement(path, isLeaf ? value.ToString().Trim() : "");
            path.RemoveAt(path.Count - 1);
            value.Clear();
            isLeaf = false;
        }
    }
}
