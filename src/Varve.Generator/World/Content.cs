using Varve.Generator.Text;

namespace Varve.Generator.World;

/// <summary>A kind of resource of the shop: where it lives, how large it is and how the edge treats it.</summary>
internal sealed class Content(string contentType, double medianBytes, double sigma, bool isStatic, int compressionHundredths)
{
    public static readonly Content Document = new("text/html", 14_000, 0.5, false, 470);
    public static readonly Content Api = new("application/json", 1_400, 0.9, false, 310);
    public static readonly Content Image = new("image/webp", 6_500, 1.0, true, 0);
    public static readonly Content Script = new("application/javascript", 31_000, 0.8, true, 340);
    public static readonly Content Style = new("text/css", 14_000, 0.6, true, 520);
    public static readonly Content Font = new("font/woff2", 28_000, 0.2, true, 0);
    public static readonly Content Video = new("video/mp4", 420_000, 0.6, true, 0);
    public static readonly Content Text = new("text/plain", 600, 0.4, true, 180);

    public byte[] ContentType { get; } = Ascii.Bytes(contentType);

    /// <summary>Median size of the body as sent.</summary>
    public double MedianBytes { get; } = medianBytes;

    public double Sigma { get; } = sigma;

    public bool IsStatic { get; } = isStatic;

    /// <summary>Original size over sent size in hundredths; 0 for what is not compressed again.</summary>
    public int CompressionHundredths { get; } = compressionHundredths;
}
