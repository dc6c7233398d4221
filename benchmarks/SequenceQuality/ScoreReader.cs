namespace SequenceQuality;

/// <summary>Sees the scores of all items behind a history.</summary>
/// <param name="history">Its number.</param>
/// <param name="scores">In the order of the items.</param>
internal delegate void ScoreReader(int history, ReadOnlySpan<float> scores);
