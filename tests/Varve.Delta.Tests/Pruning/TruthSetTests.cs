using Varve.Delta.Pruning;

namespace Varve.Delta.Tests.Pruning;

public sealed class TruthSetTests
{
    static readonly bool?[] All = [false, null, true];

    [Fact]
    public void Sets_of_truths_combine_as_their_members_do()
    {
        for (var left = Truths.None; left <= Truths.Any; left++)
        {
            Assert.Equal(Members(left).Aggregate(Truths.None, (set, truth) => set | TruthSets.Of(!truth)), TruthSets.Not(left));
            for (var right = Truths.None; right <= Truths.Any; right++)
            {
                var pairs = Members(left).SelectMany(_ => Members(right), (a, b) => (a, b)).ToList();
                Assert.Equal(pairs.Aggregate(Truths.None, (set, pair) => set | TruthSets.Of(pair.a & pair.b)), TruthSets.And(left, right));
                Assert.Equal(pairs.Aggregate(Truths.None, (set, pair) => set | TruthSets.Of(pair.a | pair.b)), TruthSets.Or(left, right));
            }
        }
    }

    static IEnumerable<bool?> Members(Truths truths) => All.Where(truth => truths.HasFlag(TruthSets.Of(truth)));
}
