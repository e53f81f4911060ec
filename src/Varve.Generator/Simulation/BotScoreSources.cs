using Varve.Generator.Text;

namespace Varve.Generator.Simulation;

internal static class BotScoreSources
{
    public static readonly byte[] MachineLearning = Ascii.Bytes("Machine Learning");
    public static readonly byte[] Heuristics = Ascii.Bytes("Heuristics");
    public static readonly byte[] VerifiedBot = Ascii.Bytes("Verified Bot");
    public static readonly byte[] JavaScript = Ascii.Bytes("JS Fingerprinting");
}
