namespace Seven.Reports;

/// <summary>Where fine-tuning stood after an update of the weights.</summary>
/// <param name="Update">Updates done, of all phases.</param>
/// <param name="Loss">The mean loss of the update's examples.</param>
/// <param name="Sparsity">Share of zeros among the prunable weights.</param>
/// <param name="Evaluation">What the model is judged by, such as accuracy, on the validation set at the end of an epoch; else <see langword="null"/>.</param>
public sealed record CoursePoint(int Update, double Loss, double Sparsity, double? Evaluation);
