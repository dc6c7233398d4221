namespace Experiments.Data;

/// <summary>A value in a slot: as the log has it, or as the id of a row.</summary>
/// <param name="Slot">The slot's number.</param>
/// <param name="Value">The value, 0 to 2^48 - 1; of a row, its id.</param>
internal readonly record struct SlotValue(int Slot, long Value);
