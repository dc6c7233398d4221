using static Monolith.Embeddings.Diagnostics.InstrumentKind;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>The instruments of what trainers read, by slot and raw column.</summary>
internal static class InputInstruments
{
    public static readonly InstrumentDescription Ids = new(
        Counter, "monolith.input.ids", "{id}", "Ids that examples had, by slot.");

    public static readonly InstrumentDescription EmptyExamples = new(
        Counter, "monolith.input.empty_examples", "{example}", "Examples without an id, by slot.");

    public static readonly InstrumentDescription NewIds = new(
        Counter, "monolith.input.new_ids", "{id}", "Ids that had no row when their batch came, by slot.");

    public static readonly InstrumentDescription AbsentNumbers = new(
        Counter, "monolith.input.absent_numbers", "{example}", "Examples without a number, by raw column.");

    public static readonly InstrumentDescription Silence = new(
        Gauge, "monolith.input.silence", "{example}", "Examples since the last one with an id, by slot.");
}
