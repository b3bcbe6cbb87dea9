/**
 * Rules over signals, and the alerts that live by them: inactive, pending, firing, resolved.
 *
 * <p>Pure: time arrives with assessments or as an argument. Fed by {@code assess}, read by {@code notify} and the API.
 * A signal that is missing decides nothing: an alert neither starts nor ends on silence.
 */
@NullMarked
package network.litewatch.controlplane.alert;

import org.jspecify.annotations.NullMarked;
