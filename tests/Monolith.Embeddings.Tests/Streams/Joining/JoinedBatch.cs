using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Tests.Streams.Joining;

/// <summary>A batch that a joiner yielded.</summary>
/// <param name="Position">Its position.</param>
/// <param name="Rows">Its rows as text.</param>
internal sealed record JoinedBatch(StreamPosition Position, string[] Rows)
{
    public static JoinedBatch Of(ExampleBatch batch, JoinScenario scenario)
    {
        var rows = new string[batch.Rows];
        for (var row = 0; row < rows.Length; row++)
        {
            var at = row;
            Assert.That(batch.Labels(scenario.Other)[row], Is.EqualTo(0.25f));
            rows[row] = JoinedRow.Of(
                batch.Ids(scenario.Item)[row], [.. scenario.Tasks.Select(task => batch.Labels(task)[at])],
                [.. scenario.Tasks.Select(task => batch.Delays(task)[at])], batch.IsLate[row]);
        }
        return new JoinedBatch(batch.Position, rows);
    }

    public override string ToString() => $"{string.Join("; ", Rows)} at {Position}";
}
