using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Kernels.Loops;

/// <summary>
/// The updates of a block of rows are those of its rows one after the other by the scalar twin, to the bit, and touch nothing else.
/// </summary>
public class UpdateRowsTests
{
    private const int Longest = 130;

    [TestCaseSource(typeof(RuleRunners), nameof(RuleRunners.All))]
    public void A_block_of_any_size_equals_its_rows_one_by_one_at_every_length(object rule)
    {
        var runner = (IRuleRunner)rule;
        var random = new Random(5);
        using var rows = new GuardedFloats(RowBlock.MostRows * RowBlock.RowFloats(Longest, runner.States));
        using var gradients = new GuardedFloats(RowBlock.MostRows * (RowBlock.WeightOffset + Longest));
        for (var dimension = 0; dimension <= Longest; dimension++)
        {
            for (var count = 0; count <= RowBlock.MostRows; count++)
            {
                var block = new RowBlock(random, rows, gradients, dimension, runner.States, count);
                block.Run(runner);
                block.AssertEqualsScalar(runner);
            }
        }
    }
}
