using BeforeAfter.Contract;
using Measuring;

namespace BeforeAfter.Workloads;

/// <summary>
/// A trainer's batches, all in one: written, looked up, predicted, scored, learned, applied. All rows are there before they are measured.
/// </summary>
internal sealed class TrainerBatches : Workload
{
    private const double MostSlower = 0.02;
    private const int Slots = 4, Dimension = 16, BatchSize = 512, BatchesATurn = 8, Turns = 16, Quads = 2;
    private const int IdsASlot = 20 * BatchSize;

    public override IReadOnlyList<Verb> Verbs { get; } = [new("trainer.batch", MostSlower, BatchesATurn, Quads, IsOnOneThread: false)];

    public override Func<IDriver, Work> Draw(int round)
    {
        const int Examples = BatchSize * BatchesATurn * Turns;
        var random = new Random(round);
        var all = new long[IdsASlot * Slots];
        for (var i = 0; i < all.Length; i++) all[i] = ScatteredIds.Of(i);
        var ids = new long[Examples * Slots];
        for (var i = 0; i < ids.Length; i++) ids[i] = all[random.Next(IdsASlot) * Slots + i % Slots];
        var labels = new float[Math.Max(Examples, IdsASlot)];
        for (var i = 0; i < labels.Length; i++) labels[i] = random.Next(2);
        return driver =>
        {
            var trainer = driver.CreateTrainer(new TrainerPlan(Slots, Dimension, Hidden: [64, 32], BatchSize));
            trainer.Train(all, labels.AsSpan(0, IdsASlot));
            return new Work(trainer, [turn => Train(trainer, turn, ids, labels)], () => [(float)Train(trainer, 0, ids, labels)]);
        };
    }

    private static double Train(ITrainerDriver trainer, int turn, long[] ids, float[] labels)
    {
        const int Examples = BatchSize * BatchesATurn;
        var first = turn % Turns * Examples;
        return trainer.Train(ids.AsSpan(first * Slots, Examples * Slots), labels.AsSpan(first, Examples));
    }
}
