using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Features.Rows;

/// <summary>Random schemas, and random batches of them that use all that a row may have.</summary>
internal static class RandomExamples
{
    private static readonly string[] Values = ["age", "kind", "price"];

    private static readonly float[] Labels = [0, 1, float.NaN, 0.25f, -0f];

    private static readonly float[] Numbers = [0, -0f, 1.5f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon];

    private static readonly float[] Predictions = [0, 1, 0.25f, float.Epsilon, float.NaN];

    public static FeatureSchema Schema(Random random)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("plain", row => row.Vector(2, new AdagradOptions()));
        builder.Table("packed", row => row.Vector(2, new AdagradOptions()), table => table.IdsCarrySlots = true);
        for (var i = random.Next(1, 12); i > 0; i--) AddSlot(builder, $"slot{i}", random);
        for (var i = random.Next(0, 7); i > 0; i--) builder.Task($"task{i}");
        builder.Dense(random.Next(3) * random.Next(6));
        for (var i = random.Next(2) * random.Next(6); i > 0; i--) builder.Number($"number{i}");
        return builder.Build();
    }

    private static void AddSlot(FeatureSchemaBuilder builder, string name, Random random)
    {
        var table = random.Next(5) == 0 ? "packed" : "plain";
        if (random.Next(4) > 0) builder.Slot(name, table);
        else builder.Sequence(name, table, random.Next(1, 5), (SequenceOrder)random.Next(2), [.. Values.AsSpan(0, random.Next(4))]);
    }

    public static ExampleBatch Batch(FeatureSchema schema, Random random, int rows)
    {
        var batch = new ExampleBatch(schema);
        FeatureSlot? shared = null;
        if (random.Next(4) == 0)
        {
            shared = schema.Slots[random.Next(schema.Slots.Count)];
            for (var i = random.Next(3); i >= 0; i--) batch.Shared.Id(shared, random.NextInt64(), random.Next(3));
        }
        for (var row = 0; row < rows; row++)
        {
            Write(batch, batch.BeginExample(), shared, random);
            batch.EndRow();
        }
        return batch;
    }

    private static void Write(ExampleBatch batch, ExampleWriter writer, FeatureSlot? shared, Random random)
    {
        var schema = batch.Schema;
        foreach (var slot in schema.Slots.Where(slot => slot != shared))
        {
            var isWeighted = random.Next(4) == 0;
            for (var i = random.Next(4) == 0 ? random.Next(5) : 1; i > 0; i--)
            {
                var id = slot.TableName == "packed" ? random.NextInt64() : random.NextInt64(long.MinValue, long.MaxValue);
                if (isWeighted) writer.Id(slot, id, random.Next(-2, 3));
                else if (random.Next(3) == 0) writer.Id(slot, id);
                else writer.Step(slot, id, [.. slot.StepValues.Select(_ => random.Next(3) == 0 ? -0f : random.NextSingle())]);
            }
        }
        foreach (var task in schema.Tasks)
        {
            writer.Label(task, Labels[random.Next(Labels.Length)]);
            if (random.Next(6) == 0) writer.Delay(task, TimeSpan.FromMilliseconds(random.Next(3) * random.Next(1 << 20)));
            if (random.Next(4) == 0) writer.LogitOffset(task, random.NextSingle() - 0.5f);
            if (random.Next(8) == 0) writer.ServedPrediction(task, Predictions[random.Next(Predictions.Length)]);
        }
        for (var i = 0; i < schema.DenseWidth; i++)
        {
            if (random.Next(3) == 0) writer.Dense(i, random.Next(3) == 0 ? -0f : random.NextSingle());
        }
        foreach (var number in schema.Numbers)
        {
            if (random.Next(3) == 0) writer.Number(number, Numbers[random.Next(Numbers.Length)]);
        }
        if (random.Next(5) == 0) writer.Late();
        if (random.Next(4) == 0)
        {
            writer.Served(new()
            {
                Position = random.Next(3),
                Probability = random.NextSingle(),
                Arm = random.Next(-1, 2),
                ModelVersion = random.NextInt64(),
            });
        }
        if (random.Next(4) == 0) writer.KeepRate(1 - random.NextSingle());
        if (random.Next(3) == 0) writer.Weight(random.Next(3));
        writer.At(random.NextInt64(long.MinValue, long.MaxValue), random.Next(2) * random.NextInt64());
    }
}
