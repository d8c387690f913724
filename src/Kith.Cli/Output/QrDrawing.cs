using System.Text;
using QRCoder;

namespace Kith.Cli.Output;

/// <summary>A QR code drawn with half blocks: two rows of modules in one line of text.</summary>
internal static class QrDrawing
{
    /// <summary>
    /// The lines of the drawing. Light modules are drawn and dark ones left empty, so that the code is right on a dark terminal; readers
    /// take it on a light one, too, because they accept inverted codes.
    /// </summary>
    public static IEnumerable<string> Lines(string text)
    {
        using QRCodeGenerator generator = new();
        using QRCodeData code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.L);
        int size = code.ModuleMatrix.Count;
        for (int row = 0; row < size; row += 2)
        {
            StringBuilder line = new(size);
            for (int column = 0; column < size; column++)
            {
                bool isUpperLight = !code.ModuleMatrix[row][column];
                bool isLowerLight = row + 1 >= size || !code.ModuleMatrix[row + 1][column];
                line.Append((isUpperLight, isLowerLight) switch
                {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    _ => ' ',
                });
            }

            yield return line.ToString();
        }
    }
}
