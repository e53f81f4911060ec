using Varve.Generator.Text;

namespace Varve.Generator.World;

/// <summary>A city and the data centre that answers it.</summary>
internal sealed class Place(string city, string region, string colo, int coloId)
{
    public byte[] City { get; } = Ascii.Bytes(city);

    public byte[] Region { get; } = Ascii.Bytes(region);

    public byte[] Colo { get; } = Ascii.Bytes(colo);

    public int ColoId { get; } = coloId;
}
